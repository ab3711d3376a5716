namespace Aloft.Platform.Functions.Registry;

/// <summary>A name for a version, or for two that share its invocations. https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html</summary>
/// <param name="Version"><c>$LATEST</c> or the number of a published version.</param>
/// <param name="Additional">Null where every invocation goes to <paramref name="Version"/>.</param>
/// <param name="RevisionId">A UUID, new with every change.</param>
public sealed record FunctionAlias(
    FunctionKey Key, string Name, string Version, AdditionalVersion? Additional, string Description, string RevisionId)
{
    public string Arn => $"{Key.Text}:{Name}";
}

/// <param name="Weight">Its share of the alias's invocations, 0 to 1.</param>
public sealed record AdditionalVersion(string Version, double Weight);
