#!/bin/sh
# Stands by for a function with a `bootstrap` of its own (provided*). What passes between it and Aloft: ../CHANNEL.md.
# Says READY, then becomes a shell that reads its commands from the channel.
fd=$ALOFT_CHANNEL_FD
unset ALOFT_CHANNEL_FD
if [ -z "$fd" ] && [ -n "$ALOFT_CHANNEL_PORT" ]; then
  # A plain shell cannot connect; bash can, and hands the connection on as a descriptor.
  exec /bin/bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$ALOFT_CHANNEL_PORT"; unset ALOFT_CHANNEL_PORT; ALOFT_CHANNEL_FD=3 exec /bin/sh "$0"' "$0"
fi
if [ -z "$fd" ]; then
  echo "bootstrap.sh: needs a channel: ALOFT_CHANNEL_FD or ALOFT_CHANNEL_PORT" >&2
  exit 64
fi
printf '\003\000\000\000\001{}' >&"$fd"
eval "exec /bin/sh <&$fd"
