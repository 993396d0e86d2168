/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DEBAR_VERSION_H
#define DEBAR_VERSION_H

#define DEBAR_VERSION "0.1.0"

#endif
