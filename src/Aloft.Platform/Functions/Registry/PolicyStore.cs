using Aloft.Storage;

namespace Aloft.Platform.Functions.Registry;

/// <summary>A resource policy: who may use a function, a version or an alias.</summary>
/// <param name="Document">JSON, as GetPolicy answers it.</param>
/// <param name="RevisionId">A UUID, new with every change.</param>
public sealed record ResourcePolicy(string Document, string RevisionId);

/// <summary>All SQL of resource policies: steps of one transaction. A null qualifier is the function itself.</summary>
internal static class PolicyStore
{
    const string ThisPolicy = "account = @account and region = @region and name = @name and qualifier = @qualifier";

    public static ValueTask<ResourcePolicy?> Find(DbSession session, FunctionKey key, string? qualifier) => session.QueryFirst(
        $"select document, revision from function_policies where {ThisPolicy}", row => new ResourcePolicy(row.Text(0), row.Text(1)), Of(key, qualifier));

    public static ValueTask<int> Put(DbSession session, FunctionKey key, string? qualifier, ResourcePolicy policy) => session.Execute(
        """
        insert into function_policies (account, region, name, qualifier, revision, document)
        values (@account, @region, @name, @qualifier, @revision, @document)
        on conflict (account, region, name, qualifier) do update set revision = excluded.revision, document = excluded.document
        """,
        [.. Of(key, qualifier), ("revision", policy.RevisionId), ("document", policy.Document)]);

    public static ValueTask<int> Delete(DbSession session, FunctionKey key, string? qualifier) =>
        session.Execute($"delete from function_policies where {ThisPolicy}", Of(key, qualifier));

    static (string, object?)[] Of(FunctionKey key, string? qualifier) => [.. FunctionStore.Named(key), ("qualifier", qualifier ?? "")];
}
