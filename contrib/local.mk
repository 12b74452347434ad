EXTRA_DIST += %D%/setup.sh %D%/check %D%/quickstart %D%/story.sh
