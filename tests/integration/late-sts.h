#pragma once

#include <gio/gio.h>

/* An STS on the loopback interface that answers when it is told to. */

G_BEGIN_DECLS

typedef struct _LateSts LateSts;

LateSts *late_sts_new (void);
void late_sts_free (LateSts *self);
char *late_sts_dup_config (LateSts *self);
void late_sts_await (LateSts *self);
const char *late_sts_get_request (LateSts *self);
void late_sts_grant (LateSts *self, const char *key_id, gint64 expiration);
void late_sts_refuse (LateSts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LateSts, late_sts_free)

G_END_DECLS
