#!/bin/sh
# Stands by for a function with a `bootstrap` of its own (provided*). What passes between it and Aloft: ../CHANNEL.md.
# Says READY, then becomes a shell that reads its commands from the channel.
fd=$ALOFT_CHANNEL_FD
unset ALOFT_CHANNEL_FD
if [ -z "$fd" ]; then
  echo "bootstrap.sh: needs a channel that is an inherited descriptor (ALOFT_CHANNEL_FD)" >&2
  exit 64
fi
printf '\003\000\000\000\001{}' >&"$fd"
eval "exec /bin/sh <&$fd"
