/* The plugin `text`: formats that need no library. */
#include "formats.h"

BF_PLUGIN(.name = "text", .version = "1.0", .licence = "MIT", .formats = (const bf_format *const[]){&format_text, &format_pers, NULL});
