#include "sigv4-case.h"

static void
field_clear (AmfaSigv4Field *field)
{
  g_free ((char *) field->name);
  g_free ((char *) field->value);
}

Sigv4Case *
sigv4_case_new (void)
{
  Sigv4Case *self = g_new0 (Sigv4Case, 1);

  self->headers = g_array_new (FALSE, TRUE, sizeof (AmfaSigv4Field));
  g_array_set_clear_func (self->headers, (GDestroyNotify) field_clear);
  return self;
}

void
sigv4_case_add_header (Sigv4Case *self, const char *name, const char *value)
{
  AmfaSigv4Field field = { g_strdup (name), g_strdup (value) };

  g_array_append_val (self->headers, field);
}

Sigv4Case *
sigv4_case_from_json (JsonObject *object)
{
  Sigv4Case *self = sigv4_case_new ();
  JsonArray *headers = json_object_get_array_member (object, "headers");
  const char *token = json_object_get_string_member (object, "token");
  g_autoptr (AmfaSecret) secret =
      amfa_secret_new (json_object_get_string_member (object, "secret"), -1);
  g_autoptr (AmfaSecret) token_secret = token ? amfa_secret_new (token, -1) : NULL;
  gsize length;
  guchar *body = g_base64_decode (json_object_get_string_member (object, "body"), &length);

  self->method = g_strdup (json_object_get_string_member (object, "method"));
  self->path = g_strdup (json_object_get_string_member (object, "path"));
  self->query = g_strdup (json_object_get_string_member (object, "query"));
  self->body = g_bytes_new_take (body, length);
  self->credentials = amfa_credentials_new (json_object_get_string_member (object, "key_id"),
                                            secret, token_secret, 0);
  for (guint i = 0; i < json_array_get_length (headers); i++)
    {
      JsonArray *pair = json_array_get_array_element (headers, i);

      sigv4_case_add_header (self, json_array_get_string_element (pair, 0),
                             json_array_get_string_element (pair, 1));
    }
  self->region = g_strdup (json_object_get_string_member (object, "region"));
  self->service = g_strdup (json_object_get_string_member (object, "service"));
  self->scope = (AmfaSigv4Scope){
    .region = self->region,
    .service = self->service,
    .time = json_object_get_int_member (object, "time"),
    .normalize_path = json_object_get_boolean_member (object, "normalize_path"),
    .sign_token = json_object_get_boolean_member (object, "sign_token"),
    .sign_body_header = json_object_get_boolean_member (object, "sign_body_header"),
  };
  return self;
}

void
sigv4_case_get_request (const Sigv4Case *self, AmfaSigv4Request *request)
{
  gsize length = 0;
  const char *body = self->body ? g_bytes_get_data (self->body, &length) : NULL;

  *request = (AmfaSigv4Request){
    .method = self->method,
    .path = self->path,
    .query = self->query,
    .headers = (const AmfaSigv4Field *) (void *) self->headers->data,
    .n_headers = self->headers->len,
    .body = body,
    .body_length = length,
  };
}

void
sigv4_case_free (Sigv4Case *self)
{
  g_free (self->method);
  g_free (self->path);
  g_free (self->query);
  g_array_unref (self->headers);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->credentials, amfa_credentials_unref);
  g_free (self->region);
  g_free (self->service);
  g_free (self);
}
