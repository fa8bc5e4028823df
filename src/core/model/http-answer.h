#pragma once

#include "response.h"

/* An HTTP answer as it came over the wire, and whether AWS can have sent it. */

G_BEGIN_DECLS

#define AMFA_HTTP_ANSWER_MAX (1024 * 1024)

/**
 * AmfaHttpAnswer:
 * @reason_phrase: what the status line says beside the status
 * @content_type: (nullable): without its parameters
 * @content_length: what the header says, -1 if it says nothing
 * @date: what the server's clock showed, Unix seconds; 0 if it does not say
 * @body: what was read; more than %AMFA_HTTP_ANSWER_MAX bytes if there was more to read
 * @sent_at: our clock when the request had left, microseconds
 * @answered_at: our clock when the headers were here, microseconds
 */
typedef struct
{
  guint status;
  char *reason_phrase;
  char *content_type;
  gint64 content_length;
  gint64 date;
  GBytes *body;
  gint64 sent_at;
  gint64 answered_at;
} AmfaHttpAnswer;

void amfa_http_answer_free (AmfaHttpAnswer *self);
AmfaResponse *amfa_http_answer_parse (const AmfaHttpAnswer *self, const char *host, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AmfaHttpAnswer, amfa_http_answer_free)

G_END_DECLS
