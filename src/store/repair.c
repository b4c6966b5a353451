#include "store/repair.h"

#include "base/err.h"
#include "lib/statedir.h"
#include "store/entry_text.h"
#include "store/journal.h"
#include "store/lock_wait.h"
#include "store/names.h"
#include "store/overlay.h"
#include "store/snapshot.h"
#include "store/snapshot_writer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

struct repair {
    struct safedir dir;
    struct overlay sound; /* all sound lines */
    struct buf damaged;   /* the others, each after its file and byte */
    uint64_t generation;  /* the highest seen */
    bool exact_case;      /* as the latest stamp that could be read */
    struct entry entry;   /* to try lines with; too large for the stack of each call */
};

static bool is_sound(struct repair *r, struct span line)
{
    struct span address, entry;
    return snapshot_split_line(line, &address, &entry) &&
           (address.p[0] == ' ' || entry_read(&r->entry, entry));
}

static void sift_line(struct repair *r, const struct snapshot *file, struct span line)
{
    size_t offset = (size_t)(line.p - file->map.p);
    if (is_sound(r, line)) {
        buf_add_span(&r->sound.lines, line);
        buf_add_char(&r->sound.lines, '\n');
        overlay_note(&r->sound, false);
        return;
    }
    err_say("%s/%s: byte %zu: not a sound entry; its line of %zu bytes is taken out", r->dir.path,
            file->name, offset, line.n);
    buf_format(&r->damaged, "%s byte %zu: ", file->name, offset);
    buf_add_span(&r->damaged, line);
    buf_add_char(&r->damaged, '\n');
}

/* If the stamp is damaged, or the end is lost, snapshot_open() has reported it; the lines can still
 * be sound, even the first one: it is an entry if the stamp is not there at all. */
static int sift_file(struct repair *r, const char *name)
{
    struct snapshot file;
    struct span line;
    size_t offset = 0;
    int status = snapshot_open(&file, &r->dir, name);
    bool readable = status == 0 || status == EX_DATAERR;
    bool has_stamp = file.stamp.version > 0;
    bool stale =
        has_stamp && (strcmp(name, RECENT_NAME) == 0 ? file.stamp.base < r->generation
                                                     : file.stamp.generation < r->generation);
    while (readable && !stale && file.map.n > 0 && snapshot_next(&file, &offset, &line))
        sift_line(r, &file, line);
    if (status == EX_DATAERR)
        buf_format(&r->damaged, "%s byte %zu: %s\n", name, has_stamp ? file.map.n : 0,
                   has_stamp ? "its end is not here" : "its header");
    if (has_stamp)
        r->exact_case = file.stamp.exact_case;
    if (file.stamp.generation > r->generation)
        r->generation = file.stamp.generation;
    snapshot_close(&file);
    return readable ? 0 : status;
}

static int save_damaged(const struct repair *r)
{
    int fd;
    int status = safedir_open_file(&r->dir, DAMAGED_NAME, O_WRONLY | O_CREAT | O_APPEND, &fd);
    if (status == 0)
        status = safedir_write_all(&r->dir, DAMAGED_NAME, fd, buf_span(&r->damaged));
    if (status == 0 && fsync(fd) != 0) {
        err_errno("cannot sync %s/%s", r->dir.path, DAMAGED_NAME);
        status = EX_IOERR;
    }
    if (fd >= 0)
        close(fd);
    return status;
}

static struct stamp new_stamp(const struct repair *r)
{
    return (struct stamp){.generation = r->generation + 1, .exact_case = r->exact_case};
}

static int write_sound(struct repair *r)
{
    struct snapshot_writer writer;
    uint32_t *places = overlay_sort(&r->sound);
    struct stamp stamp = new_stamp(r);
    int status = snapshot_writer_open(&writer, &r->dir, SNAPSHOT_NAME, &stamp);
    for (size_t i = 0; status == 0 && i < r->sound.count; i++)
        status = snapshot_writer_add_line(&writer, overlay_line(&r->sound, places[i]));
    free(places);
    return snapshot_writer_close(&writer, status);
}

/* The new snapshot has made the journal and the recent file stale, so a kill here does no harm. */
static int start_anew(struct repair *r)
{
    struct journal journal = {.dir = &r->dir, .name = JOURNAL_NAME, .fd = -1};
    unlinkat(r->dir.fd, RECENT_NAME, 0);
    struct stamp stamp = new_stamp(r);
    int status = journal_reset(&journal, &stamp);
    journal_close(&journal);
    return status;
}

static int repair_locked(struct repair *r)
{
    static const char *const names[] = {SNAPSHOT_NAME, RECENT_NAME, JOURNAL_NAME};
    int status = 0;
    for (size_t i = 0; status == 0 && i < sizeof names / sizeof *names; i++)
        status = sift_file(r, names[i]);
    if (status == 0 && r->damaged.n > 0)
        status = save_damaged(r);
    if (status == 0)
        status = write_sound(r);
    return status == 0 ? start_anew(r) : status;
}

int repair_state(bool *damaged)
{
    struct repair r = {.generation = 0};
    int lock = -1;
    bool told = false;
    int status = statedir_open(&r.dir, false);
    if (status == 0)
        status = lock_wait(&r.dir, LOCK_NAME, &told, &lock);
    if (status == 0)
        status = repair_locked(&r);
    /* Without a state there is nothing to repair. */
    if (status == EX_NOINPUT)
        status = 0;
    *damaged = r.damaged.n > 0;
    if (lock >= 0)
        close(lock);
    overlay_clear(&r.sound);
    buf_clear(&r.damaged);
    safedir_close(&r.dir);
    return status;
}
