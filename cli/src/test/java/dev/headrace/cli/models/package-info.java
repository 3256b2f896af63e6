@NullMarked
package dev.headrace.cli.models;

import org.jspecify.annotations.NullMarked;
