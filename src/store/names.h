/*
 * names: what the files of quarantine's state are called, in the state directory (mxkit(5)).
 */
#ifndef STORE_NAMES_H
#define STORE_NAMES_H

#define SNAPSHOT_NAME "quarantine.tsv"
#define RECENT_NAME   "quarantine.recent.tsv"
#define JOURNAL_NAME  "quarantine.journal"
#define LOCK_NAME     "quarantine.lock"
#define DAMAGED_NAME  "quarantine.damaged" /* what check --repair took out */

#endif
