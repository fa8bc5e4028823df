#define G_LOG_DOMAIN "amfa-doctor"

#include "doctor-checks.h"

#include "core/model/error.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void
add (const AmfaCase *self, AmfaFindingKind kind, const AmfaFileFacts *facts, gint64 number)
{
  amfa_findings_add (self->findings,
                     &(AmfaFinding){ .kind = kind, .path = facts->path, .number = number });
}

/* Whether the file has keys in it; one that cannot be read may have. */
static gboolean
may_hold_secrets (const AmfaCase *self, AmfaFileRole role)
{
  g_auto (GStrv) sections = NULL;

  if (role == AMFA_FILE_ROLE_CREDENTIALS || !self->config)
    return TRUE;
  sections = amfa_ini_document_list_sections (self->config);
  for (gsize i = 0; sections[i]; i++)
    if (amfa_ini_document_get_line (self->config, sections[i], "aws_secret_access_key") > 0)
      return TRUE;
  return FALSE;
}

/* Both files may be in one folder. */
static gboolean
is_told (const AmfaCase *self, AmfaFindingKind kind, const char *path)
{
  for (guint i = 0; i < self->findings->len; i++)
    {
      const AmfaFinding *finding = g_ptr_array_index (self->findings, i);

      if (finding->kind == kind && g_strcmp0 (finding->path, path) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
check_modes (const AmfaCase *self, AmfaFileRole role, const AmfaFileFacts *facts)
{
  const guint others_write = S_IWGRP | S_IWOTH;
  guint others_read = may_hold_secrets (self, role) ? S_IRGRP | S_IROTH : 0;

  if (facts->mode & (others_read | others_write))
    add (self, AMFA_FINDING_FILE_MODE, facts, facts->mode);
  /* In a sticky folder, such as /tmp, only the owner can replace a file. */
  if (facts->folder_mode & others_write && !(facts->folder_mode & S_ISVTX) &&
      !is_told (self, AMFA_FINDING_FOLDER_MODE, facts->folder))
    amfa_findings_add (self->findings, &(AmfaFinding){ .kind = AMFA_FINDING_FOLDER_MODE,
                                                       .path = facts->folder,
                                                       .number = facts->folder_mode });
}

/* What file-replace.c would refuse. */
static void
check_replaceable (const AmfaCase *self, const AmfaFileFacts *facts)
{
  if (facts->n_links > 1)
    add (self, AMFA_FINDING_FILE_HARD_LINK, facts, 0);
  if (facts->is_mount_point)
    add (self, AMFA_FINDING_FILE_MOUNT_POINT, facts, 0);
  if (facts->owner != facts->user && facts->user != 0)
    add (self, AMFA_FINDING_FILE_OWNER, facts, facts->owner);
  if (facts->is_immutable)
    add (self, AMFA_FINDING_FILE_IMMUTABLE, facts, 0);
}

/* For AWS tools it is no file, and nothing can be written. */
static void
check_irregular (const AmfaCase *self, const AmfaFileFacts *facts)
{
  AmfaErrorDetails details = { .subject = facts->path };
  g_autoptr (GError) error = NULL;

  details.reason = facts->problem != 0 ? amfa_file_problem_of_path (facts->problem)
                                       : AMFA_FILE_PROBLEM_NOT_REGULAR;
  error = amfa_error_new (AMFA_ERROR_FILE_UNUSABLE, &details);
  amfa_doctor_check_file_error (self, error);
}

/**
 * amfa_doctor_check_leftover:
 * @facts: about a file that we replace
 *
 * What an interrupted run left beside it.
 */
void
amfa_doctor_check_leftover (const AmfaCase *self, const AmfaFileFacts *facts)
{
  if (facts->leftover)
    amfa_findings_add (self->findings, &(AmfaFinding){ .kind = AMFA_FINDING_FILE_LEFTOVER,
                                                       .path = facts->leftover,
                                                       .number = facts->leftover_stays });
}

/**
 * amfa_doctor_check_file:
 * @facts: about the credentials or the config file
 *
 * Who else may read it, and whether it could be replaced.
 */
void
amfa_doctor_check_file (const AmfaCase *self, AmfaFileRole role, const AmfaFileFacts *facts)
{
  guint before = self->findings->len;

  amfa_doctor_check_leftover (self, facts);
  if (facts->is_link)
    amfa_findings_add (self->findings, &(AmfaFinding){ .kind = AMFA_FINDING_FILE_LINK,
                                                       .path = facts->path,
                                                       .subject = facts->target });
  if (facts->problem == ELOOP || facts->problem == ENOTDIR ||
      (role == AMFA_FILE_ROLE_CREDENTIALS && facts->exists && !facts->is_regular))
    check_irregular (self, facts);
  if (facts->exists && facts->is_regular)
    {
      check_modes (self, role, facts);
      if (role == AMFA_FILE_ROLE_CREDENTIALS)
        check_replaceable (self, facts);
    }
  if (role == AMFA_FILE_ROLE_CREDENTIALS && facts->folder_exists && !facts->folder_can_write)
    amfa_findings_add (self->findings, &(AmfaFinding){ .kind = AMFA_FINDING_FOLDER_READ_ONLY,
                                                       .path = facts->folder });
  if (role == AMFA_FILE_ROLE_CREDENTIALS && facts->exists && self->credentials &&
      self->findings->len == before)
    add (self, AMFA_FINDING_FILE, facts, 0);
}

/* A name that may be shown: a secret that went astray is longer, or has other characters. */
static const char *
presentable_name (const char *name)
{
  if (!name || g_utf8_strlen (name, -1) > 32 || strpbrk (name, "/+="))
    return NULL;
  return name;
}

/**
 * amfa_doctor_check_file_error:
 * @error: %AMFA_ERROR_FILE_UNUSABLE or %AMFA_ERROR_CONFIG_UNUSABLE
 *
 * Why a file cannot be read.
 */
void
amfa_doctor_check_file_error (const AmfaCase *self, const GError *error)
{
  const AmfaErrorDetails *details = amfa_error_get_details (error);
  AmfaErrorDetails shown = *details;
  AmfaFinding finding = { .path = details->subject, .line = details->line };
  g_autoptr (GError) presentable = NULL;

  shown.other = presentable_name (details->other);
  presentable = amfa_error_new ((AmfaError) error->code, &shown);
  finding.subject = shown.other;
  finding.error = presentable;
  switch ((AmfaFileProblem) details->reason)
    {
    case AMFA_FILE_PROBLEM_SECTION_TWICE:
      finding.kind = AMFA_FINDING_DUPLICATE_SECTION;
      break;
    case AMFA_FILE_PROBLEM_KEY_TWICE:
      finding.kind = AMFA_FINDING_DUPLICATE_KEY;
      break;
    case AMFA_FILE_PROBLEM_NOT_UTF8:
    case AMFA_FILE_PROBLEM_BYTE_ORDER_MARK:
    case AMFA_FILE_PROBLEM_TEXT_BEFORE_HEADER:
    case AMFA_FILE_PROBLEM_HEADER_MALFORMED:
    case AMFA_FILE_PROBLEM_KEY_WITHOUT_VALUE:
    case AMFA_FILE_PROBLEM_NESTED:
      finding.kind = AMFA_FINDING_FILE_MALFORMED;
      break;
    case AMFA_FILE_PROBLEM_INHERITED_TOKEN:
    case AMFA_FILE_PROBLEM_KEY_ID:
    case AMFA_FILE_PROBLEM_LONE_KEY_ID:
    case AMFA_FILE_PROBLEM_LONE_SECRET:
    case AMFA_FILE_PROBLEM_TOO_BIG:
    case AMFA_FILE_PROBLEM_NOT_REGULAR:
    case AMFA_FILE_PROBLEM_HARD_LINK:
    case AMFA_FILE_PROBLEM_MOUNT_POINT:
    case AMFA_FILE_PROBLEM_OWNER:
    case AMFA_FILE_PROBLEM_LINK_LOOP:
    case AMFA_FILE_PROBLEM_NO_FOLDER:
    case AMFA_FILE_PROBLEM_LOCK:
    case AMFA_FILE_PROBLEM_RIVAL:
    case AMFA_FILE_PROBLEM_READ:
    default:
      finding.kind = AMFA_FINDING_FILE_UNREADABLE;
    }
  amfa_findings_add (self->findings, &finding);
}
