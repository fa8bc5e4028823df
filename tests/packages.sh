# shellcheck shell=bash disable=SC2034
# What has to be installed, in one place for tests/run, tests/try and data/packaging/make-deb. To be
# sourced.

packages_build=(
    gcc libc6-dev meson ninja-build pkg-config gettext python3
    libgtk-3-dev libayatana-appindicator3-dev libsecret-1-dev libsoup-3.0-dev libjson-glib-dev
    glib-networking desktop-file-utils
)
# The stand-in for AWS: its verifying signer, and clients that are not ours.
packages_stand_in=(python3-botocore python3-boto3)
# A desktop without a display. Never dbus-x11: it leaves a bus behind each program run without one.
packages_desktop=(
    xvfb dbus dbus-user-session gnome-keyring gcr xfce4-panel xfwm4 xfce4-notifyd xfconf
    at-spi2-core python3-gi python3-pyatspi gir1.2-atspi-2.0 xdotool x11-utils imagemagick
    adwaita-icon-theme hicolor-icon-theme librsvg2-common fonts-dejavu-core
)
packages_tests=(
    awscli bash-completion binutils clang-format-14 clang-tidy-14 cppcheck appstream fish git
    gir1.2-secret-1 groff libsecret-tools locales mandoc openssl procps python3-pexpect python3-pyflakes
    shellcheck squid strace zsh
)
# tests/fuzz: libFuzzer is in the run-time library of clang.
packages_fuzz=(clang libclang-rt-dev)

# data/packaging/make-deb
packages_deb=(build-essential debhelper git)

# What only `tests/run everything` needs.
packages_everything=(valgrind keepassxc)

# Print those of the packages named that are not installed.
packages_missing ()
{
    local name
    for name in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
    done
}

# Install what is missing of the packages named; where that cannot be done, name them and fail.
packages_ensure ()
{
    local missing known=() name as_root=()
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        echo "This system has no apt. The Debian names of what is needed:"
        echo "  $*"
        echo "Install their counterparts, then set AWSMFA_PACKAGES=present to go on."
        [ "${AWSMFA_PACKAGES:-}" = present ]
        return
    fi
    missing=$(packages_missing "$@")
    [ -z "$missing" ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "These packages are missing, and there is neither root nor sudo to install them:"
            echo "  ${missing//$'\n'/ }"
            return 1
        fi
        as_root=(sudo)
    fi
    echo "Installing with apt: ${missing//$'\n'/ }"
    "${as_root[@]}" apt-get -qq update || return 1
    for name in $missing; do
        # An "apt-cache show" of what cannot be installed succeeds and prints nothing.
        if LC_ALL=C apt-cache policy "$name" | grep -q '^  Candidate: [^(]'; then
            known+=("$name")
        else
            echo "This release has no package $name; the tests that want it will be skipped."
        fi
    done
    [ ${#known[@]} -eq 0 ] || "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "${known[@]}" || return 1
}

# Leave the desktop, the bus, the keyring and the AWS settings of whoever started this behind.
leave_environment ()
{
    local name
    unset DISPLAY WAYLAND_DISPLAY WAYLAND_SOCKET XAUTHORITY DBUS_SESSION_BUS_ADDRESS \
        AT_SPI_BUS_ADDRESS SESSION_MANAGER GNOME_KEYRING_CONTROL SSH_AUTH_SOCK DESKTOP_SESSION \
        GTK_MODULES GTK_THEME GTK_PATH NO_AT_BRIDGE GDK_BACKEND GDK_SCALE GDK_DPI_SCALE \
        GSETTINGS_BACKEND GSETTINGS_SCHEMA_DIR GNOTIFICATION_BACKEND G_DEBUG G_MESSAGES_DEBUG \
        GIO_USE_VFS GIO_EXTRA_MODULES SECRET_BACKEND SECRET_SERVICE_BUS_NAME LANGUAGE \
        PYTHONPATH PYTHONHOME PYTHONSTARTUP CDPATH GIT_DIR GIT_WORK_TREE
    for name in $(compgen -e | grep -Ei '^(AWS|AWSMFA|XDG)_|_proxy$' | grep -vxF AWSMFA_PACKAGES); do
        unset "$name"
    done
    export LC_ALL=C.UTF-8 LANG=C.UTF-8
}

# Whether files may be put and run there without a disk, and there is room: a test's take 1 MB, an
# installed program 20. In containers this is often small, or for no programs.
is_in_memory () # FOLDER
{
    local probe=$1/probe
    [ "$(stat -f -c %T "$1")" = tmpfs ] && [ "$(df --output=avail "$1" | tail -n 1)" -gt 262144 ] &&
        printf '#!/bin/sh\n' >"$probe" && chmod 700 "$probe" && "$probe" && rm "$probe"
}

# Have a folder of one's own for what is temporary, which goes with the script. It is in memory if
# possible: the tests write little, but a slow disk makes them wait for each fsync. To the user
# "nobody", whom some tests become, it is as open as /tmp.
use_temporary_folder ()
{
    local elsewhere=${TMPDIR:-/tmp}

    TMPDIR=$(mktemp -d /dev/shm/awsmfa-XXXXXX 2>/dev/null)
    if [ -z "$TMPDIR" ] || ! is_in_memory "$TMPDIR" 2>/dev/null; then
        rm -rf "$TMPDIR"
        TMPDIR=$(mktemp -d "$elsewhere/awsmfa-XXXXXX") || return 1
    fi
    chmod 1777 "$TMPDIR"
    export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
}
