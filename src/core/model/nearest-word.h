#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *amfa_nearest_word (const char *word, const char *const *words, guint most);

G_END_DECLS
