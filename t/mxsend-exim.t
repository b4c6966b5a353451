#!/bin/sh
# mxsend against a real SMTP server, Exim: what Exim accepts, refuses, defers and delivers.
. "${0%/*}/lib.sh"
. "${0%/*}/peers.sh"
start_mail_peer exim 'mxsend sends to Exim'

check 'mxsend sends twenty messages though Exim accepts five on a connection' <<\END
    send -m "$tmp/news.eml" "$tmp/rows" >out
    same 20 "$(cut -f 3 out | grep -c '^sent$')"
END
then_check 'Exim delivers byte for byte what mxsend sends' <<\END
    delivered 20
END
then_prints 'mxsend reports a user whom Exim does not know as failed' 'result unknown' <<\END
failed 550 550 Unknown user
END
then_prints 'mxsend reports a user whom Exim defers as deferred' 'result later' <<\END
deferred 451 451 Try again later
END
then_prints 'mxsend reports a mailbox that is full for Exim as failed' 'result full' <<\END
failed 552 552 5.2.2 Mailbox full
END
then_prints 'mxsend reports a domain for which Exim does not relay as failed' 'result x' <<\END
failed 550 550 relay not permitted
END
then_check 'bounceclass knows how Exim words what it refuses and defers' knows_the_words
check 'mxsend does not try to send a message above the SIZE of Exim' reject_by_size
stop_peer
check 'no process of Exim is left' 'same "" "$(left_over)"'
finish
