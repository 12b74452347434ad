#!/bin/bash
# A real web server with TLS and a CA of its own: who it is must be proven, and who we are when it asks.
set -eu
. "$top_srcdir/tests/integration/lib.sh"
. "$top_srcdir/tests/integration/registry/store.sh"
PATH=$PATH:/usr/sbin
need python3 nginx openssl

# certificate NAME SUBJECT CA [extension]: $work/tls/NAME.{crt,key}; CA "-" signs itself.
certificate() {
	local sign=(-x509)
	[ "$3" = - ] || sign=(-x509 -CA "$tls/$3.crt" -CAkey "$tls/$3.key")
	openssl req "${sign[@]}" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$2" \
		-keyout "$tls/$1.key" -out "$tls/$1.crt" -addext "$4" 2>/dev/null
}

tls=$work/tls; mkdir "$tls" "$registry"
certificate ca "test CA" - "basicConstraints=critical,CA:TRUE"
certificate stranger "another CA" - "basicConstraints=critical,CA:TRUE"
certificate right localhost ca "subjectAltName=DNS:localhost"
certificate wrong elsewhere ca "subjectAltName=DNS:elsewhere.example"
certificate client "a reeve" ca "extendedKeyUsage=clientAuth"

# A port of the system's choice that nobody else takes: nginx cannot be asked for one.
start_nginx() {
	for _ in 1 2 3 4 5; do
		port=$((20000 + RANDOM % 20000))
		cat > "$work/nginx.conf" <<-C
			daemon off; worker_processes 1; pid $work/nginx.pid; error_log $work/nginx.err;
			events { worker_connections 64; }
			http {
			  access_log $work/nginx.log; client_body_temp_path $work/ng1; proxy_temp_path $work/ng2;
			  fastcgi_temp_path $work/ng3; uwsgi_temp_path $work/ng4; scgi_temp_path $work/ng5;
			  server { listen 127.0.0.1:$port ssl; root $registry;
			    ssl_certificate $tls/$1.crt; ssl_certificate_key $tls/$1.key; ${2:-} }
			}
		C
		rm -f "$work/nginx.pid"
		nginx -p "$work" -e "$work/nginx.err" -c "$work/nginx.conf" 2>/dev/null & nginx_pid=$!
		mine $nginx_pid
		until_ok 10 sh -c "[ -s '$work/nginx.pid' ] || ! kill -0 $nginx_pid"
		[ ! -s "$work/nginx.pid" ] || { url=https://localhost:$port; return; }
	done
	fail "nginx does not start: $(tail -3 "$work/nginx.err")"
}
stop_nginx() { kill "$nginx_pid"; wait "$nginx_pid" 2>/dev/null || true; }
chmod 755 "$work"; chmod 644 "$tls"/*

make_version v1 one
first=$(publish acme/mail 1.0.0 1 v1)

note "with its CA"
start_nginx right
drive ca="$tls/ca.crt" -- pull commit list
contains "https" "$out" "digest=$first generation=1"

note "single objects come alone when they are little"
: > "$work/nginx.log"
make_version v2 two
head -c 100000 /dev/urandom > "$work/v1/lib/big"; cp "$work/v1/lib/big" "$work/v2/lib/big"
publish acme/mail 1.1.0 2 v1 > /dev/null
drive ca="$tls/ca.crt" -- pull commit
publish acme/mail 2.0.0 3 v2 > /dev/null
: > "$work/nginx.log"
drive ca="$tls/ca.crt" -- pull commit
grep -q 'GET /o/' "$work/nginx.log" || fail "no single object was asked for: $(cat "$work/nginx.log")"
! grep -q payload "$work/nginx.log" || fail "the payload was fetched for one small file"

before=$(state_of "$store")
make_version v3 three
publish acme/mail 3.0.0 4 v3 > /dev/null

note "without its CA, with another, with no file"
refused "unknown CA" tls -- pull
refused "another CA" tls ca="$tls/stranger.crt" -- pull
refused "no CA file" tls ca="$work/no-such-file" -- pull
refused "not a CA file" tls ca="$work/nginx.conf" -- pull
equal "the store" "$(state_of "$store")" "$before"

note "insecure does not mean that anybody will do"
refused "unknown CA" tls insecure=yes -- pull
stop_nginx

note "another's name"
start_nginx wrong
refused "wrong name" tls ca="$tls/ca.crt" -- pull
stop_nginx

note "it asks who we are"
start_nginx right "ssl_client_certificate $tls/ca.crt; ssl_verify_client on;"
try ca="$tls/ca.crt" -- pull && fail "let in without a certificate"
contains "no certificate" "$out" STORE_FAILED
drive ca="$tls/ca.crt" cert="$tls/client.crt" cert-key="$tls/client.key" -- pull commit list
contains "with a certificate" "$out" "version=3.0.0"
stop_nginx

note "plain http only to this very machine"
url=http://registry.example.org/; refused "http" bad-url insecure=no -- pull
for url in ftp://localhost/ gopher://localhost/ "http://127.0.0.1@example.org/" "https://localhost/?x" file://relative nonsense; do
	refused "$url" bad-url -- pull
done
