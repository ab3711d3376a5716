using System.Reflection;
using Aloft.Storage;
using Xunit.Sdk;

namespace Aloft.Tests.Storage;

/// <summary>Runs a theory on SQLite: <c>[Theory, OnSqlite, OnPostgres] public async Task It_works(DbKind kind)</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnSqliteAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[DbKind.Sqlite]];
}

/// <summary>Runs a theory on PostgreSQL, or shows it as skipped where that is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnPostgresAttribute : DataAttribute
{
    public OnPostgresAttribute() => Skip = PostgresServer.WhyMissing;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[DbKind.PostgreSql]];
}

/// <summary>A fact about PostgreSQL alone, shown as skipped where that is not installed.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.WhyMissing;
}
