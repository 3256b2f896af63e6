/**
 * Point-in-time joins in memory: rows and labels are read by column, brought into order entity by
 * entity, and walked through side by side.
 *
 * <p>Read {@link dev.headrace.ml.features.internal.walk.LabelWalk}, then {@link
 * dev.headrace.ml.features.internal.walk.WalkedView} and {@link
 * dev.headrace.ml.features.internal.walk.NewestView}, which say what is read and what is computed.
 * It knows nothing of SQL or of views: queries are handed in, numbers are handed back. Everything
 * large lies outside the heap, and how much that is can be told beforehand.
 */
@NullMarked
package dev.headrace.ml.features.internal.walk;

import org.jspecify.annotations.NullMarked;
