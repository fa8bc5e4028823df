#pragma once

#include <glib.h>

/* An array of flat objects as JSON, for scripts. Holds no secrets: nothing is wiped. */

G_BEGIN_DECLS

typedef struct _AmfaJsonReport AmfaJsonReport;

AmfaJsonReport *amfa_json_report_new (void);
void amfa_json_report_free (AmfaJsonReport *self);
void amfa_json_report_begin (AmfaJsonReport *self);
void amfa_json_report_add_text (AmfaJsonReport *self, const char *name, const char *value);
void amfa_json_report_add_number (AmfaJsonReport *self, const char *name, gint64 value);
void amfa_json_report_add_count (AmfaJsonReport *self, const char *name, gint64 value);
void amfa_json_report_add_flag (AmfaJsonReport *self, const char *name, gboolean value);
char *amfa_json_report_to_text (AmfaJsonReport *self);
char *amfa_json_report_to_single_text (AmfaJsonReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaJsonReport, amfa_json_report_free)

G_END_DECLS
