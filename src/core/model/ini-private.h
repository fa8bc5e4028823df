#pragma once

#include "ini-document.h"

/* What ini-lines.c, ini-document.c and ini-edit.c share. Pointers point into the document's text
 * and live as long as it. */

G_BEGIN_DECLS

typedef struct
{
  const char *start;    /* the line with its indentation */
  const char *text;     /* what is left of it without the white space around it */
  const char *text_end; /* the same as @text in a blank line */
  const char *end;      /* the line's terminator */
  const char *next;     /* the next line */
  guint indent;         /* characters (not bytes) in front of @text */
} AmfaIniLine;

#define AMFA_INI_DEFAULT "DEFAULT"

/* A header line and the keys below it. */
typedef struct
{
  char *name;
  AmfaIniLine header;
  guint number;    /* the header's line */
  GPtrArray *keys; /* AmfaIniKey, in the file's order */
} AmfaIniSection;

typedef struct
{
  char *name;          /* in lower case */
  gconstpointer scope; /* its AmfaIniSection; for [DEFAULT] the document */
  const char *start;
  const char *text;
  const char *value; /* the first line of the value */
  const char *value_end;
  const char *end; /* behind the last of its lines that is not blank, before the terminator */
  guint number;    /* its first line */
  guint indent;
} AmfaIniKey;

struct _AmfaIniDocument
{
  gatomicrefcount references;
  AmfaSecret *text;
  const char *start;
  const char *end;
  GPtrArray *sections;    /* every header, those of [DEFAULT] too, in the file's order; owned */
  GPtrArray *defaults;    /* the keys of [DEFAULT], wherever they are */
  GHashTable *by_name;    /* name → AmfaIniSection, without [DEFAULT] */
  GHashTable *by_profile; /* of a config file: profile, owned → AmfaIniSection */
  GHashTable *keys;       /* the set of all keys by scope and name; owned */
};

/* ini-lines.c */
gboolean amfa_ini_line_read (AmfaIniLine *line, const char *at, const char *limit);
gboolean amfa_ini_line_is_blank (const AmfaIniLine *line);
gboolean amfa_ini_line_is_comment (const AmfaIniLine *line);
const char *amfa_ini_line_break_before (const char *at, const char *start);
gboolean amfa_ini_next_piece (const char **at,
                              const char *end,
                              const char **piece,
                              const char **piece_end);
const char *amfa_ini_trim_end (const char *start, const char *end);
const char *amfa_ini_skip_space (const char *at, const char *end, guint *count);
char *amfa_ini_name (const char *start, const char *end, gboolean lower);
gboolean amfa_ini_name_has_nul (const char *name);
const char *amfa_ini_find_not_utf8 (const char *start, const char *end);

/* ini-parse.c */
gboolean amfa_ini_parse (AmfaIniDocument *self, GError **error);

/* ini-profiles.c */
void amfa_ini_index_profiles (AmfaIniDocument *self);

/* ini-document.c */
AmfaIniSection *amfa_ini_document_find (AmfaIniDocument *self, const char *section);
AmfaIniKey *amfa_ini_document_find_own (AmfaIniDocument *self,
                                        const char *section,
                                        const char *key);
AmfaIniKey *amfa_ini_document_find_in_scope (AmfaIniDocument *self,
                                             gconstpointer scope,
                                             const char *key);
AmfaIniKey *amfa_ini_document_find_inherited (AmfaIniDocument *self,
                                              const char *section,
                                              const char *key);
const char *amfa_ini_section_end (const AmfaIniSection *section);

/* ini-values.c */
gboolean amfa_ini_key_is_nested (const AmfaIniKey *key);
AmfaSecret *amfa_ini_key_get_value (const AmfaIniKey *key);

/* ini-pieces.c */
GArray *amfa_ini_pieces_new (void);
void amfa_ini_add (GArray *pieces, const char *start, const char *end);
void amfa_ini_add_text (GArray *pieces, const char *text);
void amfa_ini_add_secret (GArray *pieces, AmfaSecret *secret);
const char *amfa_ini_choose_line_break (AmfaIniDocument *self, const AmfaIniSection *section);
AmfaIniDocument *amfa_ini_refuse (AmfaIniDocument *self, const char *section, GError **error);
AmfaIniDocument *amfa_ini_finish (AmfaIniDocument *self,
                                  GArray *pieces,
                                  const char *section,
                                  const char *const *keys,
                                  GError **error);

G_END_DECLS
