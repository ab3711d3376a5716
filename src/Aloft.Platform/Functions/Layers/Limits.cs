namespace Aloft.Platform.Functions.Layers;

internal static class Limits
{
    /// <summary>Ours; AWS bounds a resource policy by 20 KB, some 80 statements.</summary>
    public const int PolicyStatements = 80;
}
