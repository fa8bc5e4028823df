#pragma once

#include "core/model/environment.h"
#include "core/model/foreign-layout.h"

G_BEGIN_DECLS

/* Copies of the credentials file that other tools have made. Blocks: call from a worker thread. */
GPtrArray *amfa_foreign_files_read (const AmfaEnvironment *environment);

G_END_DECLS
