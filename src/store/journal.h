/*
 * What an upgrade did, for whoever comes after a crash and for people: upgrades/<id>/journal, one JSON
 * line per record, durable when it is acknowledged, and report.json, whose existence closes it. A last
 * line without its end is one that a crash cut; it counts for nothing.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "base/attr.h"
#include "store/job.h"
#include "wire/rows.h"

/* Appends a record to the journal of the job's upgrade; durable when it returns. */
int journal_add(struct job *j, const struct store_journal *record) MUST_CHECK;

/* Keeps one row for the report. */
int journal_add_child(struct job *j, const struct upgrade_child_row *row) MUST_CHECK;

/* Writes the report, with as many rows as fit; durable when it returns. */
int journal_close(struct job *j, const struct upgrade_row *row) MUST_CHECK;

/* Closes what a crash left open. */
int journal_recover(struct job *j) MUST_CHECK;

#endif
