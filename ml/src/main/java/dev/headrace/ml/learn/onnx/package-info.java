/**
 * Models that were made elsewhere, as ONNX files: looked through, wired to columns, and run by ONNX
 * Runtime inside this process.
 *
 * <p>Read {@link dev.headrace.ml.learn.onnx.OnnxModel} (the scorer, and the front door), {@code
 * OnnxFile} (what is refused before native code sees it), {@code Feeds} (how columns become
 * tensors) and {@code Session} (the native side). Nothing here reads a file or a network: the bytes
 * are handed in, and a model that wants other files beside it is refused.
 */
@NullMarked
package dev.headrace.ml.learn.onnx;

import org.jspecify.annotations.NullMarked;
