// SPDX-License-Identifier: GPL-2.0-only
/*
 * One archive, or one compressed file, read by libarchive.
 */
#include <errno.h>
#include <string.h>

#include "layer.h"

static ssize_t read_source(struct archive *archive, void *data, const void **ret_block)
{
	struct package_layer *layer = data;
	ssize_t n = layer->source->read(layer->source, ret_block);

	if (n < 0) {
		layer->source_err = n;
		archive_set_error(archive, -n, "reading it failed");
		return ARCHIVE_FATAL;
	}
	return n;
}

static la_int64_t seek_source(struct archive *archive, void *data, la_int64_t offset,
			      int whence)
{
	struct package_layer *layer = data;
	int64_t at = layer->source->seek(layer->source, offset, whence);

	if (at < 0) {
		archive_set_error(archive, -at, "it leads out of itself");
		return ARCHIVE_FATAL;
	}
	return at;
}

static int enable_compressed(struct archive *archive)
{
	/*
	 * Some of these would call a program if the library was built without the
	 * decoder, and say so by ARCHIVE_WARN: then this package cannot be read.
	 */
	return archive_read_support_filter_gzip(archive) == ARCHIVE_OK &&
	       archive_read_support_filter_bzip2(archive) == ARCHIVE_OK &&
	       archive_read_support_filter_xz(archive) == ARCHIVE_OK &&
	       archive_read_support_filter_lzma(archive) == ARCHIVE_OK &&
	       archive_read_support_filter_lzip(archive) == ARCHIVE_OK &&
	       archive_read_support_filter_zstd(archive) == ARCHIVE_OK &&
	       archive_read_support_filter_lz4(archive) == ARCHIVE_OK &&
	       archive_read_support_filter_compress(archive) == ARCHIVE_OK &&
	       archive_read_support_format_raw(archive) == ARCHIVE_OK &&
	       archive_read_support_format_empty(archive) == ARCHIVE_OK ?
		ARCHIVE_OK : ARCHIVE_FATAL;
}

static int enable(struct archive *archive, enum package_kind kind)
{
	switch (kind) {
	case KIND_RPM:
		if (archive_read_support_filter_rpm(archive) != ARCHIVE_OK)
			return ARCHIVE_FATAL;
		return enable_compressed(archive);
	case KIND_COMPRESSED:
		return enable_compressed(archive);
	case KIND_TAR:
		return archive_read_support_format_tar(archive);
	case KIND_CPIO:
		return archive_read_support_format_cpio(archive);
	case KIND_AR:
		return archive_read_support_format_ar(archive);
	case KIND_ZIP:
		/* By its directory, which is what every unpacker goes by. */
		return archive_read_support_format_zip_seekable(archive);
	case KIND_7ZIP:
		return archive_read_support_format_7zip(archive);
	case KIND_ISO:
		return archive_read_support_format_iso9660(archive);
	default:
		return ARCHIVE_FATAL;
	}
}

int package_layer_open(struct package_layer *layer, enum package_kind kind,
		       struct package_source *source)
{
	struct archive *archive = archive_read_new();
	int result;

	*layer = (struct package_layer){
		.kind = kind,
		.archive = archive,
		.source = source,
	};
	if (!archive)
		return -ENOMEM;
	result = enable(archive, kind);
	if (result != ARCHIVE_OK) {
		archive_set_error(archive, ENOSYS,
				  "this build of libarchive cannot read this kind");
	} else {
		archive_read_set_read_callback(archive, read_source);
		if (source->seek)
			archive_read_set_seek_callback(archive, seek_source);
		archive_read_set_callback_data(archive, layer);
		result = archive_read_open1(archive);
	}
	layer->broken = result != ARCHIVE_OK;
	return layer->broken ? -EBADMSG : 0;
}

/*
 * A warning with a header is about a name's characters or an attribute, except
 * with ISO 9660: there it says that the file's content was passed over.
 */
static bool is_usable(const struct package_layer *layer, int result)
{
	return result == ARCHIVE_OK || (result == ARCHIVE_WARN && layer->kind != KIND_ISO);
}

/* Did a decoder take what we took for compressed? Else it would come as it is. */
static bool is_unpacked(struct package_layer *layer)
{
	if (layer->kind != KIND_COMPRESSED && layer->kind != KIND_RPM)
		return true;
	if (archive_filter_code(layer->archive, 0) != ARCHIVE_FILTER_NONE)
		return true;
	archive_set_error(layer->archive, EINVAL, "its compression is damaged");
	return false;
}

int package_layer_next(struct package_layer *layer)
{
	int result;

	if (layer->broken)
		return -EBADMSG;
	layer->position = 0;
	layer->block_length = 0;
	layer->block_offset = 0;
	layer->ended = false;
	result = archive_read_next_header(layer->archive, &layer->entry);
	if (result == ARCHIVE_EOF && !layer->source_err)
		return 0;
	if (is_usable(layer, result) && !layer->source_err && is_unpacked(layer))
		return 1;
	layer->broken = true;
	return -EBADMSG;
}

/* A hole at the end, which libarchive does not hand out. */
static void find_last_hole(struct package_layer *layer)
{
	struct archive_entry *entry = layer->entry;

	layer->ended = true;
	layer->block_length = 0;
	layer->block_offset = layer->position;
	if (archive_entry_sparse_count(entry) > 0 && archive_entry_size_is_set(entry) &&
	    archive_entry_size(entry) > (int64_t)layer->position)
		layer->block_offset = archive_entry_size(entry);
}

int package_layer_data(struct package_layer *layer, const void **ret_block,
		       size_t *ret_length)
{
	static const char zeros[65536];
	la_int64_t offset;
	int result;

	while (layer->position == layer->block_offset && !layer->block_length &&
	       !layer->ended) {
		result = archive_read_data_block(layer->archive, &layer->block,
						 &layer->block_length, &offset);
		if (result == ARCHIVE_EOF && !layer->source_err) {
			find_last_hole(layer);
			break;
		}
		/* A warning here is a checksum that is wrong. */
		if (result != ARCHIVE_OK || layer->source_err) {
			layer->broken = result == ARCHIVE_FATAL || layer->source_err;
			return -EBADMSG;
		}
		layer->block_offset = offset;
		if (offset < 0 || layer->block_offset < layer->position) {
			archive_set_error(layer->archive, EINVAL,
					  "its parts are not in order");
			layer->broken = true;
			return -EBADMSG;
		}
	}
	if (layer->position < layer->block_offset) {
		uint64_t hole = layer->block_offset - layer->position;

		*ret_block = zeros;
		*ret_length = hole < sizeof(zeros) ? hole : sizeof(zeros);
		layer->position += *ret_length;
		return 0;
	}
	*ret_block = layer->block;
	*ret_length = layer->block_length;
	layer->position += layer->block_length;
	layer->block_offset = layer->position;
	layer->block_length = 0;
	return 0;
}

const char *package_layer_error(const struct package_layer *layer)
{
	const char *text = layer->archive ? archive_error_string(layer->archive) : NULL;

	return text && *text ? text : "it is damaged";
}

void package_layer_close(struct package_layer *layer)
{
	archive_read_free(layer->archive);
	layer->archive = NULL;
}
