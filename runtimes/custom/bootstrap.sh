#!/bin/sh
# Stands by for a function with a `bootstrap` of its own (provided*). What passes between it and Aloft: ../CHANNEL.md.
# Says READY, then becomes a shell that reads its command from the channel.
fd=$ALOFT_CHANNEL_FD
unset ALOFT_CHANNEL_FD
if [ -z "$fd" ] && [ -n "$ALOFT_CHANNEL_PORT" ]; then
  exec /bin/bash "${0%/*}/connect.bash" # a plain shell cannot connect
fi
if [ -z "$fd" ]; then
  echo "bootstrap.sh: needs a channel: ALOFT_CHANNEL_FD or ALOFT_CHANNEL_PORT" >&2
  exit 64
fi
printf '\003\000\000\000\001{}' >&"$fd"
eval "exec /bin/sh <&$fd"
