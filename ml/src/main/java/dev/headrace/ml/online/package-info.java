/**
 * The latest values of features, to be had within microseconds.
 *
 * <p>Read {@link dev.headrace.ml.online.EmbeddedStore} first: the store within this process, of a
 * map, a log and snapshots. {@link dev.headrace.ml.online.RememberingStore} keeps answering when a
 * store on another machine does not. The contract of all stores is {@link
 * dev.headrace.spi.online.OnlineStore}. Never computes a feature: what it serves was put there.
 */
@NullMarked
package dev.headrace.ml.online;

import org.jspecify.annotations.NullMarked;
