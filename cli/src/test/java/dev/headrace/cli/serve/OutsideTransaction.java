package dev.headrace.cli.serve;

import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;

/** Another program that changes two of the project's tables at once. */
public final class OutsideTransaction {
  private static final Namespace MAIN = Namespace.of("main");

  private OutsideTransaction() {}

  /** Adds the first file's rows to both tables once more, in one transaction. */
  public static void repeatBoth(RESTCatalog client, String first, String second) {
    client.commitTransaction(repeat(client, first), repeat(client, second));
  }

  /** A prepared change that adds the first file's rows once more. */
  static TableCommit repeat(RESTCatalog client, String name) {
    TableIdentifier identifier = TableIdentifier.of(MAIN, name);
    Table table = client.loadTable(identifier);
    Transaction transaction = table.newTransaction();
    transaction.newAppend().appendFile(OutsideWriter.repeat(table)).commit();
    return TableCommit.create(identifier, metadata(table), metadata(transaction.table()));
  }

  static TableMetadata metadata(Table table) {
    return ((HasTableOperations) table).operations().current();
  }
}
