package io.facekit.core.torch;

/**
 * One entry of a zip archive, as both of its headers describe it.
 *
 * @param path the name without the archive's top folder
 * @param dataOffset where its bytes start in the file
 * @param packedSize bytes in the file
 * @param size bytes when unpacked
 */
record ArchiveEntry(
    String path, int dataOffset, int packedSize, int size, int crc, boolean deflated) {}
