#define G_LOG_DOMAIN "amfa-query-form"

#include "query-form.h"

#include <string.h>

#include "sigv4.h"

/* What one field may take: separators, and three bytes for each of name and value. */
static gsize
field_size (const char *name, const char *value)
{
  return value ? 2 + 3 * (strlen (name) + strlen (value)) : 0;
}

static void
append_field (GString *form, const char *name, const char *value)
{
  if (!value)
    return;

  g_autofree char *encoded_name = amfa_sigv4_uri_encode (name, -1);
  amfa_autowipe char *encoded_value = amfa_sigv4_uri_encode (value, -1);

  if (form->len > 0)
    g_string_append_c (form, '&');
  g_string_append (form, encoded_name);
  g_string_append_c (form, '=');
  g_string_append (form, encoded_value);
}

/**
 * amfa_query_form_encode:
 * @action: what is asked for ("GetSessionToken")
 * @version: the service's API version
 * @parameters: (array length=n_parameters): parameters in the order in which they are sent
 * @n_parameters: how many
 *
 * A blank becomes "%20", never "+": both are allowed in a form, but only the first reads the same
 * everywhere.
 *
 * Returns: (transfer full): the body; a secret, because it may hold a token code
 */
AmfaSecret *
amfa_query_form_encode (const char *action,
                        const char *version,
                        const AmfaQueryParameter *parameters,
                        gsize n_parameters)
{
  gsize size = field_size ("Action", action) + field_size ("Version", version) + 1;

  for (gsize i = 0; i < n_parameters; i++)
    size += field_size (parameters[i].name, parameters[i].value);

  /* Sized beforehand: a string that grows leaves unwiped copies behind. */
  GString *form = g_string_sized_new (size);

  append_field (form, "Action", action);
  append_field (form, "Version", version);
  for (gsize i = 0; i < n_parameters; i++)
    append_field (form, parameters[i].name, parameters[i].value);

  char *text = g_string_free (form, FALSE);

  return amfa_secret_new_steal (&text);
}
