#!/bin/sh
# t/deps: what `make deps` installs, and what it refuses to do. A script takes the place of apt-get.
. "${0%/*}/lib.sh"

mkdir "$tmp/commands"
cat >"$tmp/commands/apt-get" <<\END
#!/bin/sh
case "$*" in
*--simulate*) cat plan ;;
*) echo "$*" >>done ;;
esac
END
cat >"$tmp/commands/sudo" <<\END
#!/bin/sh
exec "$@"
END
chmod +x "$tmp/commands"/*
# deps PACKAGE...: runs t/deps with that apt-get.
deps() {
    PATH=$tmp/commands:$PATH "$top/t/deps" "$@"
}

check 'deps installs what is missing' <<\END
    echo 'Inst mxkit-new (1.0 Debian:12 [amd64])' >plan
    same 'installing: mxkit-new' "$(deps dpkg mxkit-new)"
    same 'install --no-install-recommends -qqy --no-remove mxkit-new' "$(grep install done)"
END
check 'deps does nothing if nothing is missing' <<\END
    same '' "$(deps dpkg)"
    not test -e done
END
check 'deps installs nothing if apt would remove a package' <<\END
    printf '%s\n' 'Remv mxkit-old [1.0]' 'Inst mxkit-new (1.0 Debian:12 [amd64])' >plan
    not deps mxkit-new >out 2>err
    same 'make: nothing is installed, because apt would remove: mxkit-old' "$(cat err)"
    not grep install done
END
check 'deps installs nothing if apt would go back to an older version of a package' <<\END
    printf '%s\n' 'Inst mxkit-lib [1:1.1] (1:1.0 Debian:12 [amd64])' \
        'Inst mxkit-new (1.0 Debian:12 [amd64])' >plan
    not deps mxkit-new >out 2>err
    same 'make: nothing is installed, because apt would install an older version of: mxkit-lib' \
        "$(cat err)"
    not grep install done
END
check 'deps lets apt update a package that a missing one needs' <<\END
    printf '%s\n' 'Inst mxkit-lib [1.0] (1.1 Debian:12 [amd64])' \
        'Inst mxkit-new (1.0 Debian:12 [amd64])' >plan
    deps mxkit-new
    grep install done
END
finish
