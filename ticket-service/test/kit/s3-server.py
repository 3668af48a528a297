"""A throw-away S3 server for tests: OpenStack Swift and its S3 API, all of it in one process on loopback.

Usage: s3-server.py FOLDER ACCESS_KEY SECRET_KEY, with Debian's python3-swift. It prints
`listening on PORT` when it serves, and ends with its standard input.
"""

import os
import sys
from array import array

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi
from paste.deploy import loadapp
from swift.common import utils
from swift.common.ring import RingData

folder, access_key, secret_key = sys.argv[1:]

DEVICE = 'disk'
SWIFT = """[swift-hash]
swift_hash_path_suffix = throw-away
[storage-policy:0]
name = only
default = yes
"""
BACKEND = """[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
log_level = CRITICAL
[app:main]
use = egg:swift#{kind}
"""
PROXY = """[DEFAULT]
swift_dir = {folder}
log_level = CRITICAL
[pipeline:main]
pipeline = catch_errors gatekeeper s3api tempauth copy slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_{user} = {secret_key} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
"""


class Memory:
    """What Swift would ask memcached."""

    def __init__(self):
        self.values = {}

    def get(self, key, **_):
        return self.values.get(key)

    def set(self, key, value, **_):
        self.values[key] = value

    def delete(self, key, **_):
        self.values.pop(key, None)

    def incr(self, key, delta=1, **_):
        self.values[key] = self.values.get(key, 0) + delta
        return self.values[key]


def with_memory(app):
    memory = Memory()

    def call(env, start_response):
        env['swift.cache'] = memory
        return app(env, start_response)

    return call


def write(name, template, **values):
    path = os.path.join(folder, name)
    with open(path, 'w') as file:
        file.write(template.format(folder=folder, **values))
    return path


def serve(app):
    sock = eventlet.listen(('127.0.0.1', 0))
    eventlet.spawn(wsgi.server, sock, app, log_output=False)
    return sock.getsockname()[1]


def start_backend(kind):
    """One device holds everything, so a ring is one partition on it."""
    port = serve(loadapp('config:' + write(kind + '.conf', BACKEND, kind=kind)))
    device = {'id': 0, 'zone': 0, 'device': DEVICE, 'ip': '127.0.0.1', 'port': port, 'weight': 1.0}
    RingData([array('H', [0])], [device], 32).save(os.path.join(folder, kind + '.ring.gz'))


os.makedirs(os.path.join(folder, 'devices', DEVICE))
write('swift.conf', SWIFT)
utils.set_swift_dir(folder)
for kind in ('account', 'container', 'object'):
    start_backend(kind)
# An access key is an account and a user of it.
user = access_key.replace(':', '_')
proxy = loadapp('config:' + write('proxy.conf', PROXY, user=user, secret_key=secret_key))
print('listening on %d' % serve(with_memory(proxy)), flush=True)
eventlet.hubs.trampoline(sys.stdin, read=True)
