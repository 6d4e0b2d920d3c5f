#!/usr/bin/env bash
# README's two commands on a bare Debian, as a stranger types them: `tools/fresh_debian.sh [SUITE]` (bookworm) makes one
# with debootstrap in a temporary folder, clones the commit that is checked out here into it, runs ./run demo twice and
# ./run test, prints the times, and removes everything. Root only. It takes what it needs to reach the package servers
# (apt's sources, proxy and certificates, npm's registry) from this machine. KEEP=1 leaves the folder and prints its name.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${1:-bookworm}
[ "$(id -u)" -eq 0 ] || { echo "fresh_debian: necesita root / needs root" >&2; exit 1; }
command -v debootstrap > /dev/null || { echo "fresh_debian: falta debootstrap / debootstrap is missing" >&2; exit 1; }

if [ "${2:-}" != inside ]; then
    folder=$(mktemp -d /var/tmp/fresh-debian.XXXXXX)
    chmod 755 "$folder" # it is the root of that Debian, and users who are not root (postgres) must pass it
    # Mounts and processes end with their namespaces, also after a failure; then the folder can go.
    finish() { if [ -n "${KEEP:-}" ]; then echo "fresh_debian: $folder"; else rm -rf --one-file-system "$folder"; fi; }
    trap finish EXIT
    unshare --mount --pid --fork --kill-child "$0" "$suite" inside "$folder"
    exit
fi

folder=$3
mount --make-rprivate /
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1)
debootstrap --variant=minbase "$suite" "$folder" "$mirror" > "$folder.log" 2>&1 || { tail -n 20 "$folder.log" >&2; exit 1; }
rm -f "$folder.log"
apt-config dump | grep -E '^(Acquire|APT::Sandbox)' > "$folder/etc/apt/apt.conf.d/90machine"
cp /etc/resolv.conf "$folder/etc/resolv.conf"
[ -e /etc/ssl/certs/ca-certificates.crt ] && install -D /etc/ssl/certs/ca-certificates.crt "$folder/etc/machine-certificates.crt"
registry=$(npm config get registry 2> /dev/null || true)
git clone -q --no-local . "$folder/root/skyn3t"
git -C "$folder/root/skyn3t" checkout -q "$(git rev-parse HEAD)"
mount -t proc proc "$folder/proc"
mount --rbind /sys "$folder/sys"
mount --rbind /dev "$folder/dev"
mount -t tmpfs tmpfs "$folder/run"
mount -t tmpfs tmpfs "$folder/tmp"

for what in "demo" "demo" "test"; do
    started=$SECONDS
    env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LANG=C.UTF-8 \
        ${registry:+npm_config_registry="$registry"} NODE_EXTRA_CA_CERTS=/etc/machine-certificates.crt \
        SKYN3T_WERROR="${SKYN3T_WERROR:-OFF}" chroot "$folder" /bin/bash -c "cd /root/skyn3t && ./run $what"
    printf 'fresh_debian: %s, %s, ./run %s: %s s\n' "$suite" "$(git rev-parse HEAD)" "$what" $((SECONDS - started))
done
