/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keys and certificates that arguments name.
 */
#ifndef DEBAR_KEYS_H
#define DEBAR_KEYS_H

#include "signature.h"
#include "verbs.h"

/* Certificates that are trusted: more than can be built into the module are too many. */
#define TRUST_MAX 16

/**
 * key_read() - a private key
 * @cli: context
 * @name: a PEM file, or a PKCS#11 URI (RFC 7512)
 * @ret_key: set on success; free with EVP_PKEY_free()
 *
 * Asks on the terminal for a passphrase or PIN where one is needed.
 *
 * Return: status; what is wrong has been reported.
 */
enum status key_read(struct cli *cli, const char *name, EVP_PKEY **ret_key);

/** key_shown() - how many bytes of a key's name may be shown: no PIN. */
int key_shown(const char *name);

/**
 * certificate_read() - an X.509 certificate
 * @cli: context
 * @path: a file that holds one, in PEM or DER
 * @ret_certificate: set on success; free with X509_free()
 *
 * Return: status.
 */
enum status certificate_read(struct cli *cli, const char *path, X509 **ret_certificate);

/**
 * trust_read() - add certificates to those that are trusted
 * @cli: context
 * @path: a certificate, or a directory of *.pem, *.crt, *.cer and *.der, as the
 *	module is built with
 * @trust: added to; empty or as an earlier call left it; free with trust_free()
 *
 * Return: status.
 */
enum status trust_read(struct cli *cli, const char *path, struct signature_trust *trust);

void trust_free(struct signature_trust *trust);

#endif
