/*
 * files: the names of the files of the state that belong to quarantine (mxkit(5)).
 */
#ifndef QUARANTINE_FILES_H
#define QUARANTINE_FILES_H

#define SNAPSHOT_NAME "quarantine.tsv"
#define RECENT_NAME   "quarantine.recent.tsv"
#define JOURNAL_NAME  "quarantine.journal"
#define LOCK_NAME     "quarantine.lock"
#define DAMAGED_NAME  "quarantine.damaged" /* what check --repair took out */

#endif
