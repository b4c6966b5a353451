#!/bin/sh
# mxsend against a real SMTP server, Postfix: what Postfix accepts, refuses, defers and delivers.
. "${0%/*}/lib.sh"
. "${0%/*}/peers.sh"
start_mail_peer postfix 'mxsend sends to Postfix'

check 'mxsend sends twenty messages to Postfix' <<\END
    send -m "$tmp/news.eml" "$tmp/rows" >out
    same 20 "$(cut -f 3 out | grep -c '^sent$')"
END
then_check 'Postfix delivers byte for byte what mxsend sends' <<\END
    delivered 20
END
then_check 'mxsend reports a user whom Postfix does not know as failed' <<\END
    rejected='<unknown@peer.test>: Recipient address rejected'
    same "failed 550 550 5.1.1 $rejected: User unknown in virtual mailbox table" "$(result unknown)"
END
then_prints 'mxsend reports a user whom Postfix defers as deferred' 'result later' <<\END
deferred 450 450 4.7.1 <later@peer.test>: Recipient address rejected: Try again later
END
then_prints 'mxsend reports a mailbox that is full for Postfix as failed' 'result full' <<\END
failed 552 552 5.2.2 <full@peer.test>: Recipient address rejected: Mailbox full
END
then_prints 'mxsend reports a domain for which Postfix does not relay as failed' 'result x' <<\END
failed 554 554 5.7.1 <x@other.test>: Relay access denied
END
then_check 'bounceclass knows how Postfix words what it refuses and defers' knows_the_words
check 'mxsend does not try to send a message above the SIZE of Postfix' reject_by_size
stop_peer
check 'no process of Postfix is left' 'same "" "$(left_over)"'
finish
