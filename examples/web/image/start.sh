#!/bin/sh
# nginx has no search list and no default resolver: both are the pod's own.
set -e
resolver=$(sed -n 's/^nameserver *//p' /etc/resolv.conf | head -n 1)
domain=$(sed -n 's/^search *//p' /etc/resolv.conf | cut -d ' ' -f 1)
sed -e "s/@RESOLVER@/$resolver/" -e "s/@DOMAIN@/$domain/" /etc/web/nginx.conf.in > /tmp/nginx.conf
exec nginx -c /tmp/nginx.conf -g 'daemon off;'
