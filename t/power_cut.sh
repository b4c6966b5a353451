# t/power_cut.sh: a disk that has only what was fsynced. t/lab/fault writes what a tool syncs
# to a folder DISK ($FAULT_DISK): a file for each inode, and `names`. Test files read this after
# lib.sh.
# shellcheck shell=sh

# sync_all DISK: makes DISK what fault.so makes of it when all files of the state are fsynced.
sync_all() {
    mkdir "$1"
    find "$MXKIT_STATE" -maxdepth 1 -type f -printf '%f %i\n' >"$1/names"
    while read -r name inode; do
        cp "$MXKIT_STATE/$name" "$1/$inode"
    done <"$1/names"
}

# cut_power DISK MEMORY: the state becomes what DISK has of it, without its folders. MEMORY becomes
# what the state was.
cut_power() {
    mv "$MXKIT_STATE" "$2"
    mkdir -m 700 "$MXKIT_STATE"
    while read -r name inode; do
        [ "$name" != queue.messages ] || continue
        [ -f "$1/$inode" ] || : >"$1/$inode"
        cp "$1/$inode" "$MXKIT_STATE/$name"
        chmod 600 "$MXKIT_STATE/$name"
    done <"$1/names"
}
