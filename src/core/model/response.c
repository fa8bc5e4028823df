#define G_LOG_DOMAIN "amfa-response"

#include "response.h"

#include <string.h>

#include "error.h"
#include "response-tree.h"

/* Longer ones would not fit into a request's header. */
#define TOKEN_MAX (64 * 1024)

/* How much longer than asked a session may last. */
#define SURPLUS_SECONDS (60 * 60)

struct _AmfaResponse
{
  AmfaNode *root;
  char *request_id; /* nullable */
  AmfaMoment answered;
};

static void
set_problem (GError **error, AmfaProtocolProblem problem)
{
  amfa_set_error (error, AMFA_ERROR_PROTOCOL, &(AmfaErrorDetails){ .reason = (int) problem });
}

/* A child's text without blanks at its ends. */
static char *
dup_text (const AmfaNode *parent, const char *name)
{
  return g_strstrip (g_strdup (amfa_node_get_text (amfa_node_get_child (parent, name))));
}

/* A child's text as keys and tokens are: printable ASCII without any blank, wherever it was folded;
 * nothing else can stand in every file and header that they will go into. NULL if nothing is left,
 * or something else was in it. */
static AmfaSecret *
get_token (const AmfaNode *parent, const char *name)
{
  const char *text = amfa_node_get_text (amfa_node_get_only_child (parent, name));
  amfa_autowipe char *token = g_malloc0 (strlen (text) + 1);
  char *end = token;

  for (const char *p = text; *p; p++)
    {
      if (g_ascii_isspace (*p))
        continue;
      if (!g_ascii_isgraph (*p))
        return NULL;
      *end++ = *p;
    }
  return end > token && end - token <= TOKEN_MAX ? amfa_secret_new (token, end - token) : NULL;
}

static gboolean
is_printable (const char *text)
{
  for (const char *p = text; *p; p++)
    if (!g_ascii_isgraph (*p))
      return FALSE;
  return *text != '\0';
}

/* "ActionResult" in "ActionResponse", and nowhere else: an answer to another question is none.
 * Ceph's JSON leaves the outer one out. */
static const AmfaNode *
get_result (AmfaResponse *self, const char *action)
{
  g_autofree char *outer = g_strconcat (action, "Response", NULL);
  g_autofree char *inner = g_strconcat (action, "Result", NULL);
  gboolean is_xml = *amfa_node_get_name (self->root) != '\0';
  const AmfaNode *response = is_xml ? self->root : amfa_node_get_only_child (self->root, outer);

  if (is_xml && !g_str_equal (amfa_node_get_name (self->root), outer))
    return NULL;
  return amfa_node_get_only_child (response ? response : self->root, inner);
}

/* AWS and moto: "Error", at whatever depth. Ceph's JSON leaves the outermost name out. */
static const AmfaNode *
find_error (AmfaResponse *self)
{
  const AmfaNode *found = amfa_node_find (self->root, "Error");

  if (!found && amfa_node_get_child (self->root, "Code"))
    found = self->root;
  return found;
}

static char *
find_request_id (const AmfaNode *root)
{
  const AmfaNode *node = amfa_node_find (root, "RequestId");

  if (!node)
    node = amfa_node_find (root, "RequestID");

  g_autofree char *id = g_strstrip (g_strdup (amfa_node_get_text (node)));

  return *id ? g_steal_pointer (&id) : NULL;
}

/**
 * amfa_response_parse:
 * @body: what the server sent; the caller's to wipe
 * @content_type: (nullable): as the server named it
 * @error: (out): %AMFA_ERROR_PROTOCOL with an #AmfaProtocolProblem and no subject: the caller knows
 *   the host
 *
 * JSON is taken where the content type says so, and wherever a document begins like it: servers
 * mislabel both forms.
 *
 * Returns: (transfer full): a well-formed answer, of success or failure
 */
AmfaResponse *
amfa_response_parse (GBytes *body, const char *content_type, GError **error)
{
  g_return_val_if_fail (body != NULL, NULL);

  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    {
      text += 3;
      length -= 3;
    }
  while (length > 0 && g_ascii_isspace (*text))
    {
      text++;
      length--;
    }
  if (length == 0)
    {
      set_problem (error, AMFA_PROTOCOL_PROBLEM_EMPTY);
      return NULL;
    }

  /* GMarkup passes over the rest of a text in which there is one. */
  if (memchr (text, '\0', length))
    {
      set_problem (error, AMFA_PROTOCOL_PROBLEM_NOT_XML);
      return NULL;
    }

  gboolean said_json = content_type && strstr (content_type, "json");
  gboolean is_json = *text == '{' || (said_json && *text != '<');
  AmfaNode *root = is_json ? amfa_node_parse_json (text, length, error)
                           : amfa_node_parse_xml (text, length, error);

  if (!root)
    return NULL;

  AmfaResponse *self = g_new0 (AmfaResponse, 1);

  self->root = root;
  self->request_id = find_request_id (root);
  return self;
}

void
amfa_response_free (AmfaResponse *self)
{
  g_return_if_fail (self != NULL);

  amfa_node_free (self->root);
  g_free (self->request_id);
  g_free (self);
}

/**
 * amfa_response_get_error:
 *
 * Returns: (transfer full) (nullable): the error that the answer tells; %NULL if it tells none
 */
AmfaServiceError *
amfa_response_get_error (AmfaResponse *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  const AmfaNode *node = find_error (self);

  if (!node)
    return NULL;

  AmfaServiceError *error = g_new0 (AmfaServiceError, 1);

  error->code = dup_text (node, "Code");
  error->message = dup_text (node, "Message");
  error->request_id = g_strdup (self->request_id ? self->request_id : "");
  return error;
}

static gboolean
expiration_fits (gint64 expiration, const AmfaSessionTerms *terms)
{
  const AmfaMoment *answered = &terms->answered;

  return expiration > answered->time - answered->grace &&
         expiration <= answered->time + terms->duration + SURPLUS_SECONDS + answered->grace;
}

static AmfaCredentials *
read_session (const AmfaNode *node)
{
  g_autoptr (AmfaSecret) key_id = get_token (node, "AccessKeyId");
  g_autoptr (AmfaSecret) secret = get_token (node, "SecretAccessKey");
  g_autoptr (AmfaSecret) token = get_token (node, "SessionToken");
  g_autofree char *expiration = dup_text (node, "Expiration");
  gint64 end = amfa_time_parse (expiration);

  if (!key_id || !secret || !token || end == 0 ||
      !amfa_key_pair_is_possible (amfa_secret_peek (key_id), amfa_secret_get_length (secret)))
    return NULL;
  return amfa_credentials_new (amfa_secret_peek (key_id), secret, token, end);
}

/**
 * amfa_response_get_session:
 * @self: an answer of GetSessionToken or AssumeRole
 * @terms: what was asked
 * @error: (out): %AMFA_ERROR_PROTOCOL, %AMFA_PROTOCOL_PROBLEM_INCOMPLETE if it is no answer to
 * that, %AMFA_PROTOCOL_PROBLEM_IMPLAUSIBLE if its keys cannot be what AWS gives for it
 *
 * The expiration is compared with AWS's clock, never with ours. Keys by the id of those that signed
 * would pass for them wherever both are remembered.
 *
 * Returns: (transfer full): a session, with its token and expiration
 */
AmfaCredentials *
amfa_response_get_session (AmfaResponse *self, const AmfaSessionTerms *terms, GError **error)
{
  g_return_val_if_fail (self != NULL && terms != NULL, NULL);

  const AmfaNode *result = get_result (self, terms->action);
  const AmfaNode *node = result ? amfa_node_get_only_child (result, "Credentials") : NULL;
  g_autoptr (AmfaCredentials) session = node ? read_session (node) : NULL;

  if (!session)
    {
      set_problem (error, AMFA_PROTOCOL_PROBLEM_INCOMPLETE);
      return NULL;
    }
  if (!expiration_fits (amfa_credentials_get_expiration (session), terms) ||
      g_str_equal (amfa_credentials_get_key_id (session), terms->signer))
    {
      set_problem (error, AMFA_PROTOCOL_PROBLEM_IMPLAUSIBLE);
      return NULL;
    }
  return g_steal_pointer (&session);
}

/**
 * amfa_response_get_identity:
 * @self: an answer of GetCallerIdentity
 * @error: (out): %AMFA_ERROR_PROTOCOL, %AMFA_PROTOCOL_PROBLEM_INCOMPLETE
 *
 * Returns: (transfer full): who the caller is
 */
AmfaIdentity *
amfa_response_get_identity (AmfaResponse *self, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  const AmfaNode *result = get_result (self, "GetCallerIdentity");
  g_autofree char *arn = result ? dup_text (result, "Arn") : g_strdup ("");
  g_autofree char *account = result ? dup_text (result, "Account") : g_strdup ("");
  g_autofree char *user_id = result ? dup_text (result, "UserId") : g_strdup ("");
  g_autofree char *owner = amfa_arn_get_account (arn);

  if (!is_printable (arn) || !is_printable (account) || (owner && !g_str_equal (owner, account)))
    {
      set_problem (error, AMFA_PROTOCOL_PROBLEM_INCOMPLETE);
      return NULL;
    }
  return amfa_identity_new (account, arn, *user_id ? user_id : NULL);
}

/* Whatever carries a serial is a device. */
static void
collect_devices (const AmfaNode *node, GPtrArray *devices)
{
  g_autofree char *serial = dup_text (node, "SerialNumber");

  if (*serial)
    {
      g_autofree char *user_name = dup_text (node, "UserName");
      g_autofree char *enable_date = dup_text (node, "EnableDate");

      g_ptr_array_add (devices, amfa_device_new (serial, *user_name ? user_name : NULL,
                                                 amfa_time_parse (enable_date)));
      return;
    }
  for (guint i = 0; i < amfa_node_get_n_children (node); i++)
    collect_devices (amfa_node_get_nth_child (node, i), devices);
}

/**
 * amfa_response_get_devices:
 * @self: an answer of ListMFADevices
 * @marker: (out) (transfer full) (nullable): where the next page begins; %NULL if this is the last
 * @error: (out): %AMFA_ERROR_PROTOCOL, %AMFA_PROTOCOL_PROBLEM_INCOMPLETE
 *
 * Returns: (transfer full) (element-type AmfaDevice): the devices of this page
 */
GPtrArray *
amfa_response_get_devices (AmfaResponse *self, char **marker, GError **error)
{
  g_return_val_if_fail (self != NULL && marker != NULL, NULL);

  const AmfaNode *result = get_result (self, "ListMFADevices");

  *marker = NULL;
  if (!result)
    {
      set_problem (error, AMFA_PROTOCOL_PROBLEM_INCOMPLETE);
      return NULL;
    }

  const AmfaNode *list = amfa_node_get_child (result, "MFADevices");
  GPtrArray *devices = g_ptr_array_new_with_free_func ((GDestroyNotify) amfa_device_free);
  g_autofree char *is_truncated = dup_text (result, "IsTruncated");
  g_autofree char *next = dup_text (result, "Marker");

  if (list)
    collect_devices (list, devices);
  if (g_ascii_strcasecmp (is_truncated, "true") == 0 && *next)
    *marker = g_steal_pointer (&next);
  return devices;
}

/* Said by whoever knows when it came. */
void
amfa_response_set_answered (AmfaResponse *self, AmfaMoment answered)
{
  g_return_if_fail (self != NULL);

  self->answered = answered;
}

AmfaMoment
amfa_response_get_answered (AmfaResponse *self)
{
  const AmfaMoment never = { 0 };

  g_return_val_if_fail (self != NULL, never);

  return self->answered;
}

/**
 * amfa_response_get_request_id:
 *
 * Returns: (transfer none) (nullable): AWS's id of the request, which its support asks for
 */
const char *
amfa_response_get_request_id (AmfaResponse *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->request_id;
}
