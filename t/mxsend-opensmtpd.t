#!/bin/sh
# mxsend against a real SMTP server, OpenSMTPD: what OpenSMTPD accepts, refuses and delivers.
. "${0%/*}/lib.sh"
. "${0%/*}/peers.sh"
start_mail_peer opensmtpd 'mxsend sends to OpenSMTPD'

check 'mxsend sends twenty messages to OpenSMTPD' <<\END
    send -m "$tmp/news.eml" "$tmp/rows" >out
    same 20 "$(cut -f 3 out | grep -c '^sent$')"
END
then_check 'OpenSMTPD delivers byte for byte what mxsend sends' <<\END
    delivered 20
END
then_prints 'mxsend reports a user whom OpenSMTPD does not know as failed' 'result unknown' <<\END
failed 550 550 Invalid recipient: <unknown@peer.test>
END
then_prints 'mxsend reports a domain for which OpenSMTPD does not relay as failed' 'result x' <<\END
failed 550 550 Invalid recipient: <x@other.test>
END
then_check 'bounceclass knows how OpenSMTPD words an unknown user' <<\END
    grep -e ^address -e ^unknown@ out >not-sent
    bounceclass -N not-sent >classified
    same user-unknown "$(cut -f 16 classified)"
END
check 'mxsend does not try to send a message above the SIZE of OpenSMTPD' reject_by_size
stop_peer
check 'no process of OpenSMTPD is left' 'same "" "$(left_over)"'
finish
