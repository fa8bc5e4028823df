#pragma once

#include <glib.h>

/* The common form of an XML and a JSON answer: named nodes with text and children. Private to
 * response.c. */

G_BEGIN_DECLS

typedef struct _AmfaNode AmfaNode;

AmfaNode *amfa_node_parse_xml (const char *text, gsize length, GError **error);
AmfaNode *amfa_node_parse_json (const char *text, gsize length, GError **error);
void amfa_node_free (AmfaNode *self);

const char *amfa_node_get_name (const AmfaNode *self);
const char *amfa_node_get_text (const AmfaNode *self);
guint amfa_node_get_n_children (const AmfaNode *self);
const AmfaNode *amfa_node_get_nth_child (const AmfaNode *self, guint i);
const AmfaNode *amfa_node_get_child (const AmfaNode *self, const char *name);
const AmfaNode *amfa_node_get_only_child (const AmfaNode *self, const char *name);
const AmfaNode *amfa_node_find (const AmfaNode *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaNode, amfa_node_free)

G_END_DECLS
