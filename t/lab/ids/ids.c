/*
 * ids: a library that t/lab/peer preloads into a server that an ordinary user runs. There, in a
 * user namespace, only one user and one group exist, and a server that gives up its privileges
 * would fail. With this library, each process remembers what user and group it asked for, and is
 * answered accordingly; files seem to change their owners.
 */
#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The user with the mailbox in t/lab/peer's passwd. */
enum { USER = 61010 };

struct ids {
    unsigned real, effective;
};
static struct ids user, group;

/* OpenSMTPD's delivery agents, mail.maildir and others, refuse to run as root. */
__attribute__((constructor)) static void start(void)
{
    if (strncmp(program_invocation_short_name, "mail.", 5) == 0) {
        user = (struct ids){USER, USER};
        group = user;
    }
}

/* -1 leaves an id as it is. */
static int set(struct ids *ids, unsigned real, unsigned effective)
{
    if (real != (unsigned)-1)
        ids->real = real;
    if (effective != (unsigned)-1)
        ids->effective = effective;
    return 0;
}

static int get(const struct ids *ids, unsigned *real, unsigned *effective, unsigned *saved)
{
    *real = ids->real;
    *effective = *saved = ids->effective;
    return 0;
}

uid_t getuid(void)
{
    return user.real;
}

uid_t geteuid(void)
{
    return user.effective;
}

gid_t getgid(void)
{
    return group.real;
}

gid_t getegid(void)
{
    return group.effective;
}

int getresuid(uid_t *real, uid_t *effective, uid_t *saved)
{
    return get(&user, real, effective, saved);
}

int getresgid(gid_t *real, gid_t *effective, gid_t *saved)
{
    return get(&group, real, effective, saved);
}

int setuid(uid_t id)
{
    return set(&user, id, id);
}

int setgid(gid_t id)
{
    return set(&group, id, id);
}

int seteuid(uid_t id)
{
    return set(&user, (uid_t)-1, id);
}

int setegid(gid_t id)
{
    return set(&group, (gid_t)-1, id);
}

int setreuid(uid_t real, uid_t effective)
{
    return set(&user, real, effective);
}

int setregid(gid_t real, gid_t effective)
{
    return set(&group, real, effective);
}

int setresuid(uid_t real, uid_t effective, uid_t saved)
{
    (void)saved;
    return set(&user, real, effective);
}

int setresgid(gid_t real, gid_t effective, gid_t saved)
{
    (void)saved;
    return set(&group, real, effective);
}

int setgroups(size_t count, const gid_t *ids)
{
    (void)count, (void)ids;
    return 0;
}

int initgroups(const char *name, gid_t id)
{
    (void)name, (void)id;
    return 0;
}

int chown(const char *path, uid_t owner, gid_t owners)
{
    (void)path, (void)owner, (void)owners;
    return 0;
}

int lchown(const char *path, uid_t owner, gid_t owners)
{
    return chown(path, owner, owners);
}

int fchown(int fd, uid_t owner, gid_t owners)
{
    (void)fd, (void)owner, (void)owners;
    return 0;
}

int fchownat(int dir, const char *path, uid_t owner, gid_t owners, int flags)
{
    (void)dir, (void)flags;
    return chown(path, owner, owners);
}
