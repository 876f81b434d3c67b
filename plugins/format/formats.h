/* The formats of the plugin `text`, each defined in a file of its own. */
#ifndef FORMAT_FORMATS_H
#define FORMAT_FORMATS_H

#include <bettiflow/plugin.h>

extern const bf_format format_text, format_pers, format_json;

#endif
