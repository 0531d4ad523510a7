#include <brasa.h>
