/* The store: content-addressed objects, action records, runs, and an SQLite index that can always be rebuilt from them.
 *
 *   objects/ab/<digest>   read-only files named by their SHA-256
 *   actions/ab/<key>      one record per done task
 *   runs/<run>/journal    what ran (proto/record.proto), runs/<run>/log/<task>  what tasks wrote, runs/<run>/pin  kept by gc
 *   tmp/                  unfinished work; swept by gc
 *   locks/                store lock (runs shared, gc exclusive) and one lock per key
 *   index.sqlite          written at a run's end or at the next query, never while tasks run
 *
 * Everything is published by rename of a synced temporary file: outputs first, the record last. All errors of this module are
 * BF_STORE (with path and errno's text) unless said otherwise. */
#ifndef BF_STORE_H
#define BF_STORE_H

#include "store/record.h"

typedef struct bf_store bf_store;

typedef enum bf_store_mode {
  BF_STORE_READ, /* must exist; nothing is written (a read-only disk is fine) */
  BF_STORE_RUN,  /* made if it is not there; shared lock */
  BF_STORE_GC    /* must exist; exclusive lock, waits for runs to end */
} bf_store_mode;

/* path NULL: BETTIFLOW_STORE, else the nearest .bettiflow/ upwards, else (mode RUN) a new one in the current folder. */
bf_status bf_store_open(const char *path, bf_store_mode mode, bf_store **out);
bool bf_store_exists(const char *path); /* is there a store, of whatever version and whether it can be opened or not? */
bool bf_store_in_use(const char *path); /* would mode GC have to wait now? */
void bf_store_close(bf_store *s);
const char *bf_store_path(const bf_store *s); /* absolute */

/* ---- objects ---- */
char *bf_store_object(const bf_store *s, const char *digest);            /* allocated path, whether it is there or not */
bool bf_store_has(const bf_store *s, const char *digest, uint64_t size); /* there, a regular file, with that size (UINT64_MAX: any) */
/* The object whose digest begins with these hex digits, of which there is just one; BF_BAD_INPUT. */
bf_status bf_store_find(const bf_store *s, const char *beginning, bf_digest *out);
bf_status bf_store_tmp(bf_store *s, char **folder); /* a new folder in tmp/; allocated path */
/* Moves a file from tmp/ in: chmod 0444, fdatasync, rename; if the object is already there and whole, drops `file`. */
bf_status bf_store_publish(bf_store *s, const char *file, const bf_digest *digest);
/* Copies a foreign file in (FILE parameters). BF_BAD_INPUT if it can't be read. */
bf_status bf_store_add_file(bf_store *s, const char *path, bf_digest *digest);
/* Copies an object to a path outside the store, replacing by rename. BF_STORE also when the object is missing or does not match its digest. */
bf_status bf_store_extract(const bf_store *s, const bf_digest *digest, const char *path);

/* ---- action records ---- */
/* *out NULL: a miss (no record, a torn one, a foreign one, or one of its objects is missing or has another size). */
bf_status bf_store_lookup(const bf_store *s, const bf_digest *key, bf_record **out);
/* The record of what another process of this run was to do, whether its objects are here or not; also one that came with a job's orders. *out NULL: none. */
bf_status bf_store_recall(const bf_store *s, const char *run, const bf_digest *key, bf_record **out);
bf_status bf_store_commit(bf_store *s, const bf_record *r); /* objects must be published */
/* Calls `each` for every whole record, in order of keys, foreign ones too; damaged ones are left out. Stops when `each` returns false. */
bf_status bf_store_each_record(const bf_store *s, bool (*each)(void *context, const bf_record *r), void *context);
/* The lines of a key's text as a sorted list, and how many lines differ between two of them. */
typedef struct bf_parts {
  size_t n;
  uint64_t *line; /* hashes */
} bf_parts;
bf_parts bf_parts_of(const char *text);
size_t bf_parts_distance(const bf_parts *a, const bf_parts *b);
void bf_parts_free(bf_parts *p);
/* One lock per key, only to save work: true when taken now, false when another process holds it. */
bool bf_store_lock_key(bf_store *s, const bf_digest *key, int *fd);
void bf_store_unlock_key(int fd);

/* ---- runs ---- */
typedef struct bf_run bf_run;
/* Starts a journal; info gives all but run, times and tasks. */
bf_status bf_run_begin(bf_store *s, const bf_run_info *info, bf_run **out);
const char *bf_run_id(const bf_run *r);
char *bf_run_log_path(const bf_run *r, uint32_t task);                                  /* allocated */
bf_status bf_run_task(bf_run *r, const bf_task_entry *e);                               /* appended and flushed at once */
bf_status bf_run_end(bf_run *r, uint32_t status, const bf_saved *saved, size_t nsaved); /* footer, fsync, index taken in; frees r */

/* The journal of one job of a run, in runs/RUN/job/JOB/ with its logs beside it: written as a run's is, but never indexed. It takes the place of that of an
 * earlier try. */
bf_status bf_job_begin(bf_store *s, const char *run, const char *job, bf_run **out);
char *bf_job_folder(const bf_store *s, const char *run, const char *job);                      /* allocated */
bf_status bf_job_read(const bf_store *s, const char *run, const char *job, bf_run_info **out); /* BF_BAD_INPUT when there is no whole header */
bf_status bf_run_read_header(const bf_store *s, const char *run, bf_run_info **out);           /* as bf_run_read, without the tasks */

/* ---- jobs that travel to a machine with another store (travel.c), as bundles ---- */
typedef struct bf_pack bf_pack;
/* The record of a task that the job stands on, without its objects. */
bf_status bf_travel_pack_record(bf_pack *p, const bf_store *s, const bf_digest *key);
/* Packs the run's header, and at the other end begins a journal with it, so that the job can be done there. */
bf_status bf_travel_pack_header(bf_pack *p, const bf_store *s, const char *run);
bf_status bf_travel_take_orders(bf_store *s, const char *run, const char *bundle);
/* Packs what a job did: records, objects, its journal and its logs; at home they become what a job of this machine leaves. */
bf_status bf_travel_pack_results(const bf_store *s, const char *run, const char *job, const char *bundle, const char *version);
bf_status bf_travel_take_results(bf_store *s, const char *run, const char *job, const char *bundle);

bf_status bf_runs_list(const bf_store *s, char ***run, size_t *n); /* ids, oldest first */
/* `run`: an id, a unique beginning of one, or "last", the newest that was not only prepared. A torn tail of a journal is left out. BF_BAD_INPUT when there is
 * none. */
bf_status bf_run_read(const bf_store *s, const char *run, bf_run_info **out);

/* ---- upkeep ---- */
/* A pinned run stays, with all it reaches: gc never removes it. `run` as for bf_run_read; *id, allocated, is which one that was. It need not have
 * ended, nor even begun. BF_BAD_INPUT when there is none. */
bf_status bf_run_pin(bf_store *s, const char *run, bool pin, char **id);

/* Which runs stay by the rules: pinned and running ones, and those that the number or the age keeps. */
typedef struct bf_gc_options {
  uint32_t keep_runs; /* the newest N that are not pinned */
  double older;       /* > 0: those that ended less than so many seconds ago, and records and objects of that age though no run reaches them */
  uint64_t size;      /* > 0: then the oldest go, but for pinned and running ones, until all objects have so many bytes or less */
  bool dry_run;
  /* Called for each thing that goes; may be NULL. kind: "run", "record", "object". why: "old", "size", or "no journal". */
  void (*tell)(void *context, const char *kind, const char *name, const char *why, uint64_t bytes);
  void *context;
} bf_gc_options;
typedef struct bf_gc_report {
  uint64_t objects, records, runs, tmp; /* removed */
  uint64_t bytes;                       /* of all these */
  uint64_t left;                        /* bytes of the objects that stay */
  uint64_t pinned, running;             /* runs */
  bool missed;                          /* the size goal, because of what pinned and running ones reach */
  bool index_late;                      /* index.sqlite could not be written, and bf_error() says why; it forgets the runs at its next update */
} bf_gc_report;
/* Needs mode GC, but for a dry run, beside which runs go on. Removes runs, then records, then objects, so that a gc that is cut off leaves nothing that names what is gone. */
bf_status bf_store_gc(bf_store *s, const bf_gc_options *o, bf_gc_report *report);

typedef struct bf_verify_report {
  uint64_t objects, records, runs, bytes;
  uint64_t bad; /* problems, each told to `say` */
} bf_verify_report;
bf_status bf_store_verify(const bf_store *s, void (*say)(void *context, const char *problem), void *context, bf_verify_report *report);

/* ---- index ---- */
/* Brings index.sqlite up to date with the journals (rebuild: from nothing). Views: v_runs, v_points, v_betti, v_trials, v_tasks, v_outputs (docs/store.md). */
bf_status bf_index_update(bf_store *s, bool rebuild);
/* The most memory that a task of the stage ("homology.ripser") took in the newest run that has one; 0 when none is known. Only reads. */
uint64_t bf_index_peak(const bf_store *s, const char *use);

#endif
