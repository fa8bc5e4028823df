#!/bin/bash
# usage: with-keyring.sh COMMAND [ARG...]
# Runs COMMAND where it may start a keyring daemon and show its prompts: in a private home, on a
# private X server and a private session bus. The bus starts nothing by itself but the prompter, so
# that a keyring which was killed stays away. Gives COMMAND's exit status; leaves nothing behind.
set -eu

for program in Xvfb dbus-run-session gnome-keyring-daemon xdotool; do
  command -v "$program" >/dev/null || { echo "1..0 # SKIP $program is not installed"; exit 0; }
done

root=$(mktemp -d)
xvfb='' session=''
# shellcheck disable=SC2317  # the trap calls it
finish() {
  trap - EXIT
  for pid in $session $xvfb; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$root"
}
trap finish EXIT
trap 'exit 143' INT TERM HUP

unset DBUS_SESSION_BUS_ADDRESS GNOME_KEYRING_CONTROL SECRET_BACKEND SSH_AUTH_SOCK WAYLAND_DISPLAY
export HOME=$root/home XDG_RUNTIME_DIR=$root/run TMPDIR=$root/run GDK_BACKEND=x11 LC_ALL=C.UTF-8
export XDG_DATA_HOME=$HOME/.local/share XDG_CONFIG_HOME=$HOME/.config XDG_CACHE_HOME=$HOME/.cache
export GSETTINGS_BACKEND=memory GIO_USE_VFS=local NO_AT_BRIDGE=1
mkdir -p "$XDG_DATA_HOME" "$XDG_RUNTIME_DIR" "$root/services"
chmod 700 "$XDG_RUNTIME_DIR"

# Xvfb takes a free display and writes its number when it accepts connections.
exec {number_fd}< <(exec Xvfb -displayfd 1 -screen 0 800x600x24 -nolisten tcp 2>"$root/xvfb.log")
xvfb=$!
read -r -t 30 -u "$number_fd" number || { cat "$root/xvfb.log" >&2; exit 99; }
export DISPLAY=:$number

for prompter in /usr/share/dbus-1/services/org.gnome.keyring.*Prompter.service; do
  ln -s "$prompter" "$root/services/"
done
cat >"$root/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$root/run</listen>
  <servicedir>$root/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
END

# In the background, because bash runs no trap while it waits for a child in the foreground.
dbus-run-session --config-file "$root/bus.conf" -- "$@" <&0 &
session=$!
status=0
wait "$session" || status=$?
session=''
exit "$status"
