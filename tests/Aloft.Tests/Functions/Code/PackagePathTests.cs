using Aloft.Platform.Functions.Code;
using FsCheck;
using FsCheck.Fluent;

namespace Aloft.Tests.Functions.Code;

public sealed class PackagePathTests
{
    [Fact]
    public void A_link_that_is_let_through_never_leaves_the_tree_whatever_other_links_do()
    {
        // A tree of real folders a, a/b, a/b/c with links in them; each name may be a link to any allowed target.
        var names = Gen.Elements("a", "b", "..", "..", "..", "l1", "l2");
        var targets = Gen.Select(Gen.NonEmptyListOf(names), list => string.Join('/', list));
        var places = Gen.Elements("l1", "a/l1", "a/l2", "a/b/l1", "a/b/l2", "a/b/c/l1");
        var links = Gen.NonEmptyListOf(Gen.Select(Gen.Zip(places, targets), pair => (Place: pair.Item1, Target: pair.Item2)));
        Prop.ForAll(links.ToArbitrary(), list =>
        {
            var allowed = list.Where(link => PackagePath.Parse(link.Place).MayLinkTo(link.Target)).DistinctBy(link => link.Place)
                .ToDictionary(link => link.Place, link => link.Target);
            return allowed.All(link => Resolve(link.Key, allowed));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
    }

    /// <summary>Walks as the kernel does; false as soon as it stands outside.</summary>
    static bool Resolve(string start, Dictionary<string, string> links)
    {
        var here = new Stack<string>();
        var ahead = new LinkedList<string>(start.Split('/'));
        for (var steps = 0; ahead.First is { } next && steps < 200; steps++)
        {
            ahead.RemoveFirst();
            if (next.Value == ".")
                continue;
            if (next.Value == "..")
            {
                if (!here.TryPop(out _))
                    return false;
                continue;
            }
            here.Push(next.Value);
            if (!links.TryGetValue(string.Join('/', here.Reverse()), out var target))
                continue;
            here.Pop();
            foreach (var name in target.Split('/').Reverse())
                ahead.AddFirst(name);
        }
        return true;
    }
}
