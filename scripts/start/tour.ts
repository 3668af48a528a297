import { urlOf } from './services.ts'
import type { Ports } from './settings.ts'

/** What to read and to paste once all is up. The commands need curl and node alone, and can be pasted again. */
export function tour(ports: Ports, sandbox: boolean): string {
  const identity = urlOf(ports.identity)
  const ticket = urlOf(ports.ticket)
  return `
Ready:
  identity-service  ${identity}  ${identity}/docs
  ticket-service    ${ticket}  ${ticket}/docs
${sandbox ? `  invgate-sandbox   ${urlOf(ports.sandbox)}  (API user sandbox, password sandbox)\n` : ''}\
  logs              tail -f .data/logs/*.log

A tour to paste into another terminal:

  # Werk: register, log in, raise a ticket as JSON and as multipart with a file, find them again
  EMAIL=tour-$(date +%s)@example.com
  curl -s -w '\\n' ${identity}/api/auth/register -H 'Content-Type: application/json' \\
    -d '{"name":"Tour","lastname":"Guest","email":"'$EMAIL'","password":"correct horse battery"}'
  TOKEN=$(curl -s ${identity}/api/auth/login -H 'Content-Type: application/json' \\
    -d '{"email":"'$EMAIL'","password":"correct horse battery"}' | node -pe 'JSON.parse(fs.readFileSync(0)).token')
  ID=$(curl -s ${ticket}/api/tickets -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"title":"The printer is on fire","description":"Third floor, since nine"}' | node -pe 'JSON.parse(fs.readFileSync(0)).id')
  echo 'lp0 on fire' | curl -s -w '\\n' ${ticket}/api/tickets -H "Authorization: Bearer $TOKEN" \\
    -F title='The printer still burns' -F description='See the log' -F 'attachments[]=@-;filename=printer.log;type=text/plain'
  curl -s -w '\\n' ${ticket}/api/tickets -H "Authorization: Bearer $TOKEN"
  curl -s -w '\\n' ${ticket}/api/tickets/$ID -H "Authorization: Bearer $TOKEN"

  # Tickets: raise one in the help desk, reply to it, close it, see what happened; InvGate gets it a moment later
  ID=$(curl -s ${ticket}/tickets -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"title":"The printer is black","category":"technical","priority":"high","description":"And it was white"}' \\
    | node -pe 'JSON.parse(fs.readFileSync(0)).data.id')
  curl -s -w '\\n' ${ticket}/tickets/$ID/replies -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"message":"Soot. It came off."}'
  curl -s -w '\\n' -X PATCH ${ticket}/tickets/$ID -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"status":"closed"}'
  curl -s -w '\\n' ${ticket}/tickets/$ID/activities -H "Authorization: Bearer $TOKEN"

  # TixGo: register, log in, who am I, let a guest in
  NAME=committee-$(date +%s)
  curl -s -w '\\n' ${identity}/auth/register -H 'Content-Type: application/json' \\
    -d '{"username":"'$NAME'","password":"correct horse","role":"committee"}'
  TOKEN=$(curl -s ${identity}/auth/login -H 'Content-Type: application/json' \\
    -d '{"username":"'$NAME'","password":"correct horse"}' | node -pe 'JSON.parse(fs.readFileSync(0)).access_token')
  curl -s -w '\\n' ${identity}/auth/me -H "Authorization: Bearer $TOKEN"
  curl -s -w '\\n' ${ticket}/checkins -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"event_id":"tour","ticket_id":"'$NAME'"}'
  curl -s -w '\\n' ${ticket}/attendance/tour -H "Authorization: Bearer $TOKEN"

Ctrl-C stops everything, the data stays. npm start -- --reset begins anew.
`
}
