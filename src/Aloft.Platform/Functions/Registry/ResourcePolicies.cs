using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Registry;

/// <summary>
/// The resource policies of functions, versions and aliases. Kept and shown; nothing is refused by them yet.
/// https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
/// </summary>
public sealed class ResourcePolicies
{
    /// <summary>Nothing but JSON needs escaping: the text is not for HTML.</summary>
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Db db;
    readonly FunctionRegistry registry;

    internal ResourcePolicies(Db db, FunctionRegistry registry) => (this.db, this.registry) = (db, registry);

    /// <param name="qualifier">A version or an alias; null for the function itself.</param>
    public ValueTask<ResourcePolicy?> Find(FunctionKey key, string? qualifier, CancellationToken stop) =>
        db.Read(session => PolicyStore.Find(session, key, qualifier), stop);

    /// <summary>Returns the statement as it is stored. Throws when its <c>Sid</c> is taken, and when the policy would become too long.</summary>
    public ValueTask<string> Add(FunctionKey key, string? qualifier, string? expectedRevision, JsonObject statement, CancellationToken stop)
    {
        var revision = Guid.NewGuid().ToString();
        return registry.Change(
            key,
            async session =>
            {
                await CheckExists(session, key, qualifier);
                var policy = await PolicyStore.Find(session, key, qualifier);
                CheckRevision(policy, expectedRevision);
                var document = policy is null ? NewDocument() : JsonNode.Parse(policy.Document)!.AsObject();
                var statements = document["Statement"]!.AsArray();
                var id = (string)statement["Sid"]!;
                if (IndexOf(statements, id) >= 0)
                    throw RegistryError.StatementExists(id);

                statements.Add(statement.DeepClone()); // this may run again
                var text = document.ToJsonString(Plain);
                if (Encoding.UTF8.GetByteCount(text) is var length && length > Limits.PolicyBytes)
                    throw RegistryError.PolicyTooLong(length);
                await PolicyStore.Put(session, key, qualifier, new(text, revision));
                return statement.ToJsonString(Plain);
            },
            stop);
    }

    /// <summary>Throws <c>ResourceNotFoundException</c> when there is no such statement.</summary>
    public ValueTask Remove(FunctionKey key, string? qualifier, string? expectedRevision, string statementId, CancellationToken stop)
    {
        var revision = Guid.NewGuid().ToString();
        return registry.Change(
            key,
            async session =>
            {
                await CheckExists(session, key, qualifier);
                var policy = await PolicyStore.Find(session, key, qualifier) ?? throw RegistryError.NoPolicy();
                CheckRevision(policy, expectedRevision);
                var document = JsonNode.Parse(policy.Document)!.AsObject();
                var statements = document["Statement"]!.AsArray();
                var at = IndexOf(statements, statementId);
                if (at < 0)
                    throw RegistryError.NoSuchStatement(statementId);

                statements.RemoveAt(at);
                if (statements.Count == 0)
                    await PolicyStore.Delete(session, key, qualifier);
                else
                    await PolicyStore.Put(session, key, qualifier, new(document.ToJsonString(Plain), revision));
            },
            stop);
    }

    static JsonObject NewDocument() => new() { ["Version"] = "2012-10-17", ["Id"] = "default", ["Statement"] = new JsonArray() };

    static int IndexOf(JsonArray statements, string id)
    {
        for (var i = 0; i < statements.Count; i++)
            if ((string)statements[i]!["Sid"]! == id)
                return i;
        return -1;
    }

    static void CheckRevision(ResourcePolicy? policy, string? expected)
    {
        if (expected is not null && expected != policy?.RevisionId)
            throw RegistryError.PolicyRevisionMismatch();
    }

    static async ValueTask CheckExists(DbSession session, FunctionKey key, string? qualifier)
    {
        await FunctionChanges.Existing(session, key);
        if (qualifier is not null && await ReleaseStore.Route(session, key, qualifier) is null)
            throw RegistryError.NoSuchRelease(key, qualifier);
    }
}
